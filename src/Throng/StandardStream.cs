using Throng.Linux;

namespace Throng;

/// <summary>
/// Standard input, output or error as the bare descriptor. The runtime's console takes the terminal over (its own line
/// editor, escape sequences on standard output), which somebody would have to undo after a crash; its file streams
/// keep a position of their own, which overwrites what else goes to the same file.
/// </summary>
public sealed class StandardStream(int descriptor) : Stream
{
    // A descriptor somebody else made non-blocking is tried again after this long.
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(1);

    /// <summary>False once a write found nobody who reads (EPIPE).</summary>
    public bool HasReader { get; private set; } = true;

    public override bool CanRead => descriptor == 0;

    public override bool CanWrite => descriptor != 0;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        while (true)
        {
            int read = Descriptors.Read(descriptor, buffer);
            if (read >= 0)
            {
                return read;
            }

            WaitOrThrow(read);
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <summary>Writes all of it; when nobody reads any more (EPIPE), that is the reader's choice and no
    /// error.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            int written = Descriptors.Write(descriptor, buffer);
            if (written >= 0)
            {
                buffer = buffer[written..];
            }
            else if (written == -Errno.EPIPE)
            {
                HasReader = false;
                return;
            }
            else
            {
                WaitOrThrow(written);
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static void WaitOrThrow(int result)
    {
        if (result == -Errno.EAGAIN)
        {
            Thread.Sleep(Again);
        }
        else if (result != -Errno.EINTR)
        {
            throw new StandardStreamException(result);
        }
    }
}

/// <summary>Standard input, output or error that cannot be read or written, apart from failures of any file.</summary>
/// <param name="result">-errno.</param>
public sealed class StandardStreamException(int result) : IOException(Errno.Text(result), -result);
