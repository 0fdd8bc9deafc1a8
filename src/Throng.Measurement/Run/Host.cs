using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Throng.Measurement;

/// <summary>The host a run was made on: what its figures cannot be read without.</summary>
[Description("Further facts may stand behind these.")]
public sealed record Host
{
    /// <summary>Kernel release, as uname says it.</summary>
    public string Kernel { get; init; } = "";

    /// <summary>CPUs this process may use.</summary>
    public long Cpus { get; init; }

    /// <summary>Descriptors one process may have.</summary>
    public long Nofile { get; init; }

    /// <summary>The backend that ran.</summary>
    public string Engine { get; init; } = "";

    /// <summary>Why that one: asked for, or what the better one lacked.</summary>
    public string EngineReason { get; init; } = "";

    /// <summary>Further facts (sysctls, cgroup limits), written behind the named ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)]
    public Section More { get; init; } = [];
}
