namespace Throng.Engine;

/// <summary>Which ends of its connections a plan has on this host.</summary>
public enum PlanRole
{
    /// <summary>None in particular: what a host can do as a client, and as a server.</summary>
    Any,
    Client,
    Server,

    /// <summary>Both: a client against a server of its own.</summary>
    Both,
}
