using Xunit;

namespace Throng.KernelTests;

/// <summary>
/// Tests that need the machine: tens of thousands of connections, or a search for where it gives in. They run one after
/// the other, after all that mostly wait.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
