using System.Text.Json;
using System.Text.Json.Serialization;
using Throng.Measurement;

namespace Throng.Report;

/// <summary>
/// The keys of every document with parts of a run in it, generated from the records when the program is built.
/// <see cref="JsonTypes"/> completes it.
/// </summary>
[JsonSourceGenerationOptions(
    GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    MaxDepth = 2 * 64, // further facts are read one level deeper than they stand
    Converters =
    [
        typeof(SectionConverter), typeof(ReasonsConverter), typeof(NumberConverter), typeof(StartedConverter),
        typeof(WordConverter<Severity>), typeof(WordConverter<BuildKind>),
    ])]
[JsonSerializable(typeof(RunDocument))]
[JsonSerializable(typeof(RunFailure))]
[JsonSerializable(typeof(StreamStart))]
[JsonSerializable(typeof(StreamVerdict))]
[JsonSerializable(typeof(DoctorDocument))]
[JsonSerializable(typeof(StepFigures))]
internal sealed partial class RunJson : JsonSerializerContext;
