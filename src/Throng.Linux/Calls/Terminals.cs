using static Throng.Linux.SystemConstants;

namespace Throng.Linux;

/// <summary>
/// A terminal behind a descriptor: how it treats what is typed, its size, and whose turn it is. The kernel's own
/// requests, with its own structure, which is shorter than the C library's.
/// </summary>
public static unsafe class Terminals
{
    /// <summary>Reads the settings.</summary>
    /// <returns>0, or -errno (ENOTTY when it is no terminal).</returns>
    public static int Get(int fd, out termios settings)
    {
        fixed (termios* pointer = &settings)
        {
            settings = default;
            return Libc.Result(Libc.ioctl(fd, TCGETS, pointer));
        }
    }

    /// <summary>
    /// Sets them at once. From a process in the background the kernel stops the caller (SIGTTOU): ask
    /// <see cref="IsForeground"/> before.
    /// </summary>
    /// <returns>0 or -errno.</returns>
    public static int Set(int fd, in termios settings)
    {
        fixed (termios* pointer = &settings)
        {
            return Libc.Result(Libc.ioctl(fd, TCSETS, pointer));
        }
    }

    /// <summary>
    /// The same settings, but each byte comes as it is typed and is not shown. Signals (Ctrl-C, Ctrl-Z) stay, and so
    /// does what is done to output; Ctrl-S holds nothing up.
    /// </summary>
    public static termios ByKey(termios settings)
    {
        settings.c_lflag &= ~(ICANON | ECHO | IEXTEN);
        settings.c_iflag &= ~IXON;
        settings.c_cc[VMIN] = 1;
        settings.c_cc[VTIME] = 0;
        return settings;
    }

    /// <summary>How many columns and rows it has; 0 and 0 when it does not say.</summary>
    /// <returns>0 or -errno.</returns>
    public static int Size(int fd, out int columns, out int rows)
    {
        winsize size = default;
        int result = Libc.Result(Libc.ioctl(fd, TIOCGWINSZ, &size));
        columns = size.ws_col;
        rows = size.ws_row;
        return result;
    }

    /// <summary>Whether it is this process's turn to read and set it.</summary>
    public static bool IsForeground(int fd)
    {
        int group = 0;
        return Libc.Result(Libc.ioctl(fd, TIOCGPGRP, &group)) >= 0 && group == Libc.getpgrp();
    }

    /// <summary>Stops this process, as Ctrl-Z does one that handles no signal; returns when it is continued.</summary>
    /// <returns>0 or -errno.</returns>
    public static int StopProcess() => Libc.Result(Libc.kill(Environment.ProcessId, SIGSTOP));
}
