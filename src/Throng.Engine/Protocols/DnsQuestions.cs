using System.Diagnostics.CodeAnalysis;

namespace Throng.Engine;

/// <summary>
/// Questions that a load asks, each as a whole message with id 0, ready to be copied: one after the other in one array,
/// so that ten million of them are two objects. Immutable; every worker reads the same one.
/// </summary>
public sealed class DnsQuestions
{
    private readonly byte[] _messages;
    private readonly int[] _starts;

    /// <param name="messages">One behind the other; what comes after the last is not used.</param>
    /// <param name="starts">Where each begins, and behind them where the last ends.</param>
    internal DnsQuestions(byte[] messages, int[] starts, int count)
    {
        _messages = messages;
        _starts = starts;
        Count = count;
    }

    /// <summary>At least 1.</summary>
    public int Count { get; }

    /// <summary>Lines of the file that were no question and were left out.</summary>
    public long Skipped { get; init; }

    /// <summary>The first of them, and why; empty for none.</summary>
    public string FirstSkipped { get; init; } = "";

    /// <summary>The message without the length that TCP wants before it; its id, the first two bytes, is 0.</summary>
    public ReadOnlySpan<byte> Message(int index)
    {
        int start = _starts[index];
        return _messages.AsSpan(start, _starts[index + 1] - start);
    }

    /// <summary>One question over and over.</summary>
    public static bool TryOf(DnsQuestion question, [NotNullWhen(true)] out DnsQuestions? questions, out string error)
    {
        byte[] message = new byte[DnsQuestion.BytesMax];
        bool isWritten = question.TryWrite(message, out int bytes, out error);
        questions = isWritten ? new DnsQuestions(message[..bytes], [0, bytes], 1) : null;
        return isWritten;
    }

    /// <summary>
    /// The questions of a file, <c>name type</c> a line; what stands behind a semicolon at a line's beginning or behind
    /// the type, and empty lines, are passed over.
    /// </summary>
    /// <param name="form">How they are asked; its name and type are not used.</param>
    /// <param name="skipsBad">Leave out what is no question, as long as there is one that is.</param>
    /// <param name="errors">One line each with file and line, at most ten and then how many more.</param>
    public static bool TryRead(
        string path,
        DnsQuestion form,
        [NotNullWhen(true)] out DnsQuestions? questions,
        out IReadOnlyList<string> errors,
        bool skipsBad = false)
    {
        DnsQuestionFile file = new(path, form, skipsBad);
        questions = file.Read();
        errors = file.Errors;
        return questions is not null;
    }
}
