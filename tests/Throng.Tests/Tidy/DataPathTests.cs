using Xunit;

namespace Throng.Tests.Tidy;

/// <summary>The code that runs for every event has no tasks, locks, exceptions, LINQ, clocks of its own.</summary>
public sealed class DataPathTests
{
    private const string SamplePath = "src/Throng.Engine/Loop/Sample.cs";

    [Theory]
    [InlineData("Task.Run(x)")]
    [InlineData("ValueTask<int> F()")]
    [InlineData("async void F()")]
    [InlineData("await F()")]
    [InlineData("lock (_gate)")]
    [InlineData("using System.Linq;")]
    [InlineData("_list.Select(x => x)")]
    [InlineData("_list.OfType<int>()")]
    [InlineData("try { F(); } catch { }")]
    [InlineData("throw new X()")]
    [InlineData("new Socket(a)")]
    [InlineData("F(Socket socket)")]
    [InlineData("SafeFileHandle _file;")]
    [InlineData("Console.WriteLine(x)")]
    [InlineData("DateTime.UtcNow")]
    [InlineData("Environment.TickCount64")]
    [InlineData("Thread.Sleep(1)")]
    public void Is_caught(string code) =>
        Assert.NotEmpty(DataPath.Of(new SourceFile(SamplePath, $"class Sample {{ {code} }}"), []));

    [Theory]
    [InlineData("// try a Task, lock (x)")]
    [InlineData("string s = \"throw\";")]
    [InlineData("Math.Min(a, b); Math.Max(a, b)")]
    [InlineData("Prep.Socket(sqe); SocketOptions Socket { get; }")]
    [InlineData("TryTake(x); _tasks.Add(x); Block(x)")]
    public void Is_not_caught(string code) =>
        Assert.Empty(DataPath.Of(new SourceFile(SamplePath, code), []));

    [Fact]
    public void An_exception_is_for_one_file_and_one_word()
    {
        DataPathException[] exceptions = [new(SamplePath, "throw", "set-up")];
        Assert.Empty(DataPath.Of(new SourceFile(SamplePath, "throw x;"), exceptions));
        Assert.Single(DataPath.Of(new SourceFile(SamplePath, "try { throw x; }"), exceptions));
        Assert.Single(DataPath.Of(new SourceFile("src/Throng.Engine/Loop/Other.cs", "throw x;"), exceptions));
    }

    [Fact]
    public void The_data_path_is_clean()
    {
        SourceFile[] files = [.. Repository.Shipped.Where(DataPath.Has)];
        Assert.Contains(files, file => file.Path == "src/Throng.Engine/Loop/EventLoop.cs");
        Repository.HasNo(files.SelectMany(file => DataPath.Of(file, DataPath.Exceptions)));
    }

    /// <summary>An exception that nothing needs any more would let the next mistake through.</summary>
    [Fact]
    public void Every_exception_is_needed()
    {
        foreach (DataPathException one in DataPath.Exceptions)
        {
            IEnumerable<Violation> without = DataPath.Of(Repository.File(one.Path), []);
            string quoted = $"'{one.Token}'";
            Assert.True(without.Any(v => v.Text.StartsWith(quoted, StringComparison.Ordinal)), one.ToString());
        }
    }
}
