namespace Backsnap.Sandbox.Rights;

/// <summary>Who asks: the name and the groups that roles are bound to.</summary>
internal sealed record User(string Name, IReadOnlyList<string> Groups)
{
    private const string Masters = "system:masters";
    private const string Authenticated = "system:authenticated";

    /// <summary>Whoever has the kubeconfig that the cluster writes at its start.</summary>
    public static readonly User Admin = new("sandbox-admin", [Masters, Authenticated]);

    /// <summary>Whether roles do not matter: of these the API server asks nothing.</summary>
    public bool IsMaster => Groups.Contains(Masters);

    /// <summary>A service account, under the name and in the groups that the API server gives it.</summary>
    public static User ServiceAccount(string ns, string name) =>
        new(ServiceAccountName(ns, name), ["system:serviceaccounts", $"system:serviceaccounts:{ns}", Authenticated]);

    public static string ServiceAccountName(string ns, string name) => $"system:serviceaccount:{ns}:{name}";
}
