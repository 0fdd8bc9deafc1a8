using System.Runtime.InteropServices;
using Throng.Bench;

// The drivers beside this folder start this; `agents`, `connect`, `readers` and `events` are ends that need a process
// of their own.
Settings settings = new(args);
using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, CleanUp);
using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, CleanUp);
return settings.Command switch
{
    "roundtrip" => RoundTripBench.Run(settings),
    "hold" => HoldBench.Run(settings),
    "scale" => ScaleBench.Run(settings),
    "query" => QueryBench.Run(settings),
    "churn" => ChurnBench.Run(settings),
    "native" => NativeBench.Run(settings),
    "echo" => EchoBench.Run(settings),
    "ports" => PortsBench.Run(settings),
    "timewait" => TimeWaitBench.Run(settings),
    "schedule" => ScheduleBench.Run(settings),
    "sweep" => SweepBench.Run(settings),
    "million" => MillionBench.Run(settings),
    "cluster" => ClusterBench.Run(settings),
    "http" => HttpBench.Run(settings),
    "soak" => SoakBench.Run(settings),
    "readers" => HttpReaders.Read(settings),
    "events" => HttpReaders.Send(settings),
    "agents" => ClusterAgents.Run(settings),
    "connect" => KernelPorts.Run(settings),
    _ => Usage(),
};

// What the signal does by itself comes after this: the process ends.
static void CleanUp(PosixSignalContext context)
{
    Child.KillAll();
    Network.RemoveAll();
}

static int Usage()
{
    Console.Error.WriteLine(
        "usage: Throng.Bench roundtrip|hold|query|churn|native|echo|scale|ports|timewait|schedule|sweep|million|"
            + "cluster|http|soak|readers|events|agents|connect [--NAME VALUE]...");
    return 2;
}
