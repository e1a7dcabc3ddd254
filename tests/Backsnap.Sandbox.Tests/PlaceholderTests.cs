namespace Backsnap.Sandbox.Tests;
