namespace Backsnap.Domain.Tests;
