using LanguageExt;
using static LanguageExt.Prelude;

namespace Backsnap.Domain.Movers;

/// <summary>
/// Credentials that are files rather than variables. In a Secret, and in the operator's environment, their contents stand under these names
/// beside the <see cref="RepositoryVariables"/>; a mover finds them as files of these names, which its pod mounts, and never in its environment.
/// </summary>
public static class RepositoryFiles
{
    /// <summary>The private key with which <c>ssh</c> logs in, for repositories reached by SFTP.</summary>
    public const string SshPrivateKey = "SSH_PRIVATE_KEY";

    /// <summary>The keys of the hosts that <c>ssh</c> trusts, in the form of its <c>known_hosts</c>.</summary>
    public const string SshKnownHosts = "SSH_KNOWN_HOSTS";

    /// <summary>The JSON key of a service account of Google's.</summary>
    public const string GoogleCredentials = "GOOGLE_CREDENTIALS";

    /// <summary>
    /// rclone's configuration, in the form of its <c>rclone.conf</c>. It is only taken from the operator's own settings: it can name commands,
    /// which would run with a mover's rights.
    /// </summary>
    public const string RcloneConfiguration = "RCLONE_CONF";

    /// <summary>The variable that tells a mover in which directory they lie. Any of them may be missing there.</summary>
    public const string Directory = "BACKSNAP_CREDENTIAL_FILES";

    /// <summary>All of them.</summary>
    public static Seq<string> All { get; } = Seq(SshPrivateKey, SshKnownHosts, GoogleCredentials, RcloneConfiguration);

    /// <summary>Those that a namespace's own Secret may hold.</summary>
    public static Seq<string> OfNamespaces { get; } = All.Filter(name => name != RcloneConfiguration).Strict();
}
