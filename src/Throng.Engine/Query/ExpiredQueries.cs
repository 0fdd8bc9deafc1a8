namespace Throng.Engine;

/// <summary>
/// The queries that one worker gave up last, so that an answer that comes all the same is known as late: by its id, on
/// the connection that was asked. Keeps <see cref="CountMax"/> and forgets the oldest. Owner: the worker's thread.
/// </summary>
internal sealed class ExpiredQueries
{
    /// <summary>Some 3 MB once that many were given up.</summary>
    public const int CountMax = 1 << 16;

    private readonly Dictionary<(Handle Connection, ushort Id), bool> _isCounted = [];
    private readonly Queue<(Handle Connection, ushort Id)> _byAge = [];

    /// <param name="isCounted">The query is part of the result: it was due after the warm-up.</param>
    public void Add(Handle connection, ushort id, bool isCounted)
    {
        if (_byAge.Count == CountMax)
        {
            _isCounted.Remove(_byAge.Dequeue());
        }

        _isCounted[(connection, id)] = isCounted;
        _byAge.Enqueue((connection, id));
    }

    /// <summary>Whether that query was given up and not answered since; it then is.</summary>
    public bool TryTake(Handle connection, ushort id, out bool isCounted) =>
        _isCounted.Remove((connection, id), out isCounted);
}
