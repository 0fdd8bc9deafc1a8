using Xunit;

namespace Throng.KernelTests.EndToEnd;

/// <summary>
/// Tests that start the program: one after the other and after all others, because they load the machine and assert
/// how soon something happens.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
