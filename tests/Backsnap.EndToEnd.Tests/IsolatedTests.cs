namespace Backsnap.EndToEnd.Tests;

/// <summary>All of the backups' tests with the movers in a namespace of their own.</summary>
public sealed class IsolatedBackupTests : BackupTests
{
    private protected override bool Isolated => true;
}

/// <summary>All of the restores' tests with the movers in a namespace of their own.</summary>
public sealed class IsolatedRestoreTests : RestoreTests
{
    private protected override bool Isolated => true;
}

/// <summary>All of the failures' tests with the movers in a namespace of their own.</summary>
public sealed class IsolatedFailureTests : FailureTests
{
    private protected override bool Isolated => true;
}

/// <summary>All of maintenance's tests with the movers in a namespace of their own.</summary>
public sealed class IsolatedMaintenanceTests : MaintenanceTests
{
    private protected override bool Isolated => true;
}

/// <summary>All of the crashes' tests with the movers in a namespace of their own.</summary>
public sealed class IsolatedCrashTests : CrashTests
{
    private protected override bool Isolated => true;
}
