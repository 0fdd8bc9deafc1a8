using Throng.Engine;

namespace Throng.Originals;

/// <summary>Why an end of sessioner could not begin, in its words where it has any.</summary>
public static class SessionerFailure
{
    private const string Listening = "cannot listen on ";

    public static Reading Describe(SetupException setup)
    {
        if (!setup.Message.StartsWith(Listening, StringComparison.Ordinal) || setup.Errno == 0)
        {
            return Reading.Refuse(1, setup.Message);
        }

        string address = setup.Message[Listening.Length..].Split(": ")[0];
        return Reading.Refuse(1, $"Unable to bind to {address}: {CError.Text(setup.Errno)}");
    }
}
