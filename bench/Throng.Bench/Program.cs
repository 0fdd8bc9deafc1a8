using Throng.Bench;

// bench/roundtrip and bench/hold start this; `client` is one end of a round trip, in a process of its own.
Settings settings = new(args);
return settings.Command switch
{
    "client" => RoundTripClient.Run(settings),
    "roundtrip" => RoundTripBench.Run(settings),
    "hold" => HoldBench.Run(settings),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Throng.Bench roundtrip|hold|client [--NAME VALUE]...");
    return 2;
}
