namespace Throng.Report;

/// <summary>
/// The first thing that was wrong while a document was read; reading goes on with nothing in its place.
/// </summary>
internal sealed class ReadTrouble
{
    /// <summary>Null while all is well.</summary>
    public string? First { get; private set; }

    /// <param name="path">Keys from the root, with dots between.</param>
    public void Note(string path, string what) => First ??= $"{path} {what}";
}
