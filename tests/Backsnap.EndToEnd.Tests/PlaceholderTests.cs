namespace Backsnap.EndToEnd.Tests;
