using Xunit;

namespace Throng.KernelTests.EndToEnd;

/// <summary>
/// Tests that start the program: one after the other and after all others, because they load the machine and assert
/// how soon something happens. Those that mostly wait, in a network namespace of their own or for a server that is not
/// ours, are not among them and run beside each other.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
