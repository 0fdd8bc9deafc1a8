namespace Throng;

/// <summary>
/// `throng report`: a saved run again, as text, tables, drawings and a page. Every view is made of the document alone.
/// </summary>
public sealed class ReportCommand() : Command(ReportOptions.Syntax)
{
    public override int Run(Invocation call)
    {
        List<string> errors = [.. call.Arguments.Errors, .. ReportOptions.Errors(call.Values)];
        return errors.Count > 0
            ? call.Failure.Usage(errors)
            : new ReportViews(call.Values, call.Shell, call.Failure).Write();
    }
}
