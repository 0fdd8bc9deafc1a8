namespace Throng.KernelTests;

/// <summary>A copy of the program that every user can start, for as long as the tests run.</summary>
internal static class ReadableProgram
{
    private static readonly Lazy<string> Copy = new(Make);

    public static string Path => Copy.Value;

    private static string Make()
    {
        const UnixFileMode All = (UnixFileMode)0b111_101_101;
        string folder = Directory.CreateTempSubdirectory("throng-program-").FullName;
        string path = System.IO.Path.Combine(folder, "throng");
        File.Copy(ThrongProcess.ProgramPath, path);
        File.SetUnixFileMode(folder, All);
        File.SetUnixFileMode(path, All);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return path;
    }
}
