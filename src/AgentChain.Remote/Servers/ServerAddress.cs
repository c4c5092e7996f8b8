using System.Buffers;

namespace AgentChain.Remote;

/// <summary>Checks where a server is, and what opens it. No message contains a secret.</summary>
static class ServerAddress
{
    const string Chat = "/chat/completions";

    static readonly SearchValues<char> Visible = SearchValues.Create([.. Enumerable.Range('!', '~' - '!' + 1).Select(code => (char)code)]);

    public static void Check(Uri endpoint, string option)
    {
        if (!endpoint.IsAbsoluteUri || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps))
        {
            throw new ArgumentException($"{option} is '{endpoint}'; it must be an absolute address that begins with http or https.");
        }

        string place = endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        if (endpoint.UserInfo.Length > 0)
        {
            throw new ArgumentException(
                $"{option} has a user name or a password before '{place}', which is not sent. Leave it out; use ApiKey, or set a header in OnRequest.");
        }

        if (endpoint.Fragment.Length > 0)
        {
            throw new ArgumentException($"{option} is '{place}' with a fragment, which is not sent. Leave out the '#' and what follows it.");
        }

        if (endpoint.AbsolutePath.TrimEnd('/').EndsWith(Chat, StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException($"{option} is '{place}'; leave out '{Chat}', which is added.");
        }
    }

    /// <summary>Checks that a key can be sent in a header.</summary>
    public static void CheckKey(string? key, string option)
    {
        if (key is { Length: 0 })
        {
            throw new ArgumentException($"{option} is empty; use null for none.");
        }

        int wrong = key.AsSpan().IndexOfAnyExcept(Visible);
        if (wrong >= 0)
        {
            throw new ArgumentException(OptionCheck.Text(
                $"{option} has a character at index {wrong} that a header cannot carry, such as white space or a line break; trim it."));
        }
    }

    /// <summary>The address of a path under the endpoint, whose query stays at the end.</summary>
    public static Uri Under(Uri endpoint, string path) =>
        new(endpoint.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/" + path + endpoint.Query);
}
