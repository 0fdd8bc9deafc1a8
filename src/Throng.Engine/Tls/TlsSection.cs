using Throng.Measurement;

namespace Throng.Engine;

/// <summary>Entries that a run over TLS adds to its command's section.</summary>
internal static class TlsSection
{
    /// <summary>Adds the errors of all workers to a command's section, if the run has TLS.</summary>
    internal static Section AddTo(Section section, WorkerGroup group)
    {
        SortedDictionary<string, long> counts = [];
        bool hasTls = false;
        foreach (Worker worker in group.Workers)
        {
            if (worker.Shard.Backend is TlsBackend tls)
            {
                hasTls = true;
                tls.Errors.AddTo(counts);
            }
        }

        if (hasTls)
        {
            List<Node> texts = [];
            foreach ((string text, long count) in counts)
            {
                texts.Add($"{Units.Count(count)} × {text}");
            }

            section["tls_errors"] = Node.ListOf(texts);
        }

        return section;
    }
}
