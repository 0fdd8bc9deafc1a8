using System.Security.Cryptography;
using System.Text;
using Throng.Engine;
using Throng.Linux;

namespace Throng;

/// <summary>File with the token of --http-token-file.</summary>
public static class HttpToken
{
    private const int BytesMade = 24;
    private const int LengthMin = 16;
    private const int LengthMax = 256;
    private const int FileBytesMax = 4096;

    /// <summary>Reads the token, or makes one where there is no such file.</summary>
    /// <param name="path">Empty: there is none.</param>
    /// <exception cref="SetupException">It cannot be read, or others can read it too.</exception>
    public static string Read(string path, bool makes)
    {
        if (path.Length == 0)
        {
            return "";
        }

        string option = HttpOptions.TokenFile.Spelling;
        try
        {
            if (makes && !File.Exists(path))
            {
                Make(path);
            }

            SecretFile.RefuseSpecial(path, option);
            SecretFile.RefuseOpen(path, option, isSharedByGroup: false);
            if (!InputFile.TryRead(path, FileBytesMax, out byte[] content, out string error))
            {
                throw new SetupException($"cannot use {option}: {error}", "name another file");
            }

            string token = Encoding.UTF8.GetString(content).Trim();
            return token.Length is >= LengthMin and <= LengthMax && token.All(char.IsAsciiLetterOrDigit)
                ? token
                : throw new SetupException(
                    $"{option} {Text.Plain(path)}: a token has {LengthMin} to {LengthMax} letters and digits",
                    "remove the file: a good one is made");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new SetupException(
                $"cannot use {option} {Text.Plain(path)}: {Reason.Describe(failure)}", "name another file");
        }
    }

    private static void Make(string path)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        using FileStream file = new(path, options);
        file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(BytesMade)) + "\n"));
    }
}
