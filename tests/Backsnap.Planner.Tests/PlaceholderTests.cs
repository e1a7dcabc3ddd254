namespace Backsnap.Planner.Tests;
