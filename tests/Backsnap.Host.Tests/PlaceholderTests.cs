namespace Backsnap.Host.Tests;
