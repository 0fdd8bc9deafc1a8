using Throng.Engine;
using Xunit;

namespace Throng.Tests;

/// <summary>The file with the token: made for its owner alone, refused where others have had a hand in it.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class HttpTokenTests : IDisposable
{
    private const string Token = "0123456789abcdef0123";

    private readonly string _directory = Directory.CreateTempSubdirectory("throng-").FullName;

    private string TokenPath => Path.Combine(_directory, "token");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_missing_one_is_made_for_its_owner_alone_and_read_again()
    {
        string made = HttpToken.Read(TokenPath, makes: true);
        Assert.Equal(48, made.Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TokenPath));
        Assert.Equal(made, HttpToken.Read(TokenPath, makes: false));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void One_that_others_can_read_or_write_is_refused(UnixFileMode more)
    {
        File.WriteAllText(TokenPath, Token);
        File.SetUnixFileMode(TokenPath, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        SetupException refused = Assert.Throws<SetupException>(() => HttpToken.Read(TokenPath, makes: true));
        Assert.Contains("others than its owner can read or write it", refused.Message, StringComparison.Ordinal);
        Assert.StartsWith("chmod 600", refused.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_refused_and_never_read()
    {
        SetupException refused = Assert.Throws<SetupException>(() => HttpToken.Read("/dev/zero", makes: true));
        Assert.Contains("no regular file", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(5000, "more than")]
    [InlineData(8, "16 to 256 letters")]
    public void One_of_the_wrong_length_is_refused(int length, string said)
    {
        File.WriteAllText(TokenPath, new string('a', length));
        File.SetUnixFileMode(TokenPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        SetupException refused = Assert.Throws<SetupException>(() => HttpToken.Read(TokenPath, makes: true));
        Assert.Contains(said, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_of_another_user_is_refused()
    {
        Needs.Root();
        File.WriteAllText(TokenPath, Token);
        File.SetUnixFileMode(TokenPath, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using (System.Diagnostics.Process chown = System.Diagnostics.Process.Start("chown", ["65534", TokenPath]))
        {
            chown.WaitForExit();
        }

        SetupException refused = Assert.Throws<SetupException>(() => HttpToken.Read(TokenPath, makes: true));
        Assert.Contains("another user's", refused.Message, StringComparison.Ordinal);
    }
}
