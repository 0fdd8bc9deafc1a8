using Throng.Measurement;
using Throng.Nats;

namespace Throng;

/// <summary>Options that say where the message system is and who one is there.</summary>
internal static class BusOptions
{
    private const string Form = "nats://[USER:PASSWORD@]HOST:PORT[,…]";

    /// <summary>The message system at which a load's agents are.</summary>
    public static Option<string> On { get; } = new(Kinds.Word, "", ShowWithoutSecrets)
    {
        Name = "on", Argument = Form, Default = "this host alone", Aliases = ["cluster"],
        Help = "carry the load out on the agents that are at this NATS, and be one run of it here",
    };

    /// <summary>The same of an agent, and of throng cluster.</summary>
    public static Option<string> Join { get; } = Declare.Word(
        "join", Form, "", "NATS with JetStream at which controllers find this agent; several nodes with commas",
        shown: "required", alias: "cluster");

    public static Option<string> Credentials { get; } = Declare.File(
        "creds", "credentials for NATS: a file with a token and a key", argument: "FILE");

    public static Option<string> NKey { get; } = Declare.File(
        "nkey", "credentials for NATS: a file with the seed of a key", argument: "FILE");

    public static Option<string> Authority { get; } = Declare.File(
        "nats-ca", "authorities (PEM) to verify NATS by, over TLS");

    public static Option<string> Certificate { get; } = Declare.File("nats-cert", "certificate (PEM) to show to NATS");

    public static Option<string> Key { get; } = Declare.File("nats-key", "the key (PEM) of --nats-cert");

    public static Option<bool> Insecure { get; } = Declare.Flag(
        "nats-insecure", "take a NATS that lets anybody in");

    /// <summary>Options that say who one is at the message system.</summary>
    public static Option[] Identity { get; } = [Credentials, NKey, Authority, Certificate, Key, Insecure];

    /// <summary>Documents are handed on: user and password of NATS are in none.</summary>
    private static void ShowWithoutSecrets(Section into, string key, string servers) => into[key] = servers.Length == 0
        ? Node.Null
        : string.Join(',', servers.Split(',').Select(BusSpec.WithoutSecrets));

    /// <summary>Refuses credentials that do not go together.</summary>
    public static void Refuse(Values values, Contradiction found)
    {
        found.AtMostOne(Credentials, NKey);
        if (values.Has(Certificate) != values.Has(Key))
        {
            found.Add("--nats-cert and --nats-key belong together");
        }
    }

    /// <summary>Connects one participant.</summary>
    /// <exception cref="Engine.SetupException">It cannot, and why.</exception>
    public static NatsBus Connect(
        Values values, Option<string> where, string name, bool makesBuckets, string[] subjects, string[] figures)
    {
        string? Path(Option<string> option) => values.Get(option) is { Length: > 0 } path ? path : null;
        try
        {
            return NatsBus.Connect(new BusSpec
            {
                Servers = values.Get(where).Split(',', StringSplitOptions.RemoveEmptyEntries),
                Name = name,
                CredentialsPath = Path(Credentials),
                NkeyPath = Path(NKey),
                CaPath = Path(Authority),
                CertificatePath = Path(Certificate),
                KeyPath = Path(Key),
                Insecure = values.Get(Insecure),
                Subjects = subjects,
                Figures = figures,
                MakesBuckets = makesBuckets,
            });
        }
        catch (BusException failure)
        {
            throw new Engine.SetupException(failure.Message, failure.Remedy);
        }
    }
}
