namespace Throng.Report;

/// <summary>The unit of a time axis: the one in which the length of a run is a number people say.</summary>
internal sealed record TimeUnit(string Name, double Ns)
{
    private const double SecondNs = Measurement.Ns.Second;

    private static readonly TimeUnit InSeconds = new("seconds", SecondNs);
    private static readonly TimeUnit InMinutes = new("minutes", 60 * SecondNs);
    private static readonly TimeUnit InHours = new("hours", 3600 * SecondNs);

    /// <summary>Seconds up to five minutes, minutes up to five hours.</summary>
    public static TimeUnit For(double lengthNs) =>
        lengthNs <= 5 * InMinutes.Ns ? InSeconds : lengthNs <= 5 * InHours.Ns ? InMinutes : InHours;

    public double Choose(double ns) => ns / Ns;
}
