namespace Throng.Originals;

/// <summary>Sockets to end without asking them: what is on standard input, pairs of local and remote address.
/// </summary>
public sealed record DropList;
