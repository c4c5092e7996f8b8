using System.Collections.Frozen;
using System.Text;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Converts spoken e-mail and web addresses: "john dot doe at example dot com", "w w w dot example dot com slash help".</summary>
/// <remarks>An address has a dot before a top-level domain; without one, no word is changed.</remarks>
internal static class SpokenAddress
{
    private const int LongestAddress = 48;

    private static readonly FrozenSet<string> Domains = new[]
    {
        "com", "org", "net", "edu", "gov", "mil", "int", "io", "co", "uk", "us", "de", "fr", "eu", "ca", "au", "in", "jp", "ch", "nl",
        "it", "es", "se", "no",
        "ai", "dev", "app", "info", "biz", "me", "tv", "shop", "online", "site", "tech", "cloud", "xyz", "nz", "ie", "br",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Words before "at" or "dot" that no address begins with: "meet us at example dot com".
    private static readonly FrozenSet<string> Outside = new[]
    {
        "a", "an", "the", "us", "me", "it", "him", "her", "them", "you", "is", "are", "was", "look", "available", "here", "there", "up",
        "online", "and", "or",
        "to", "of", "on", "in", "at", "dot", "by", "email", "mail", "website", "site", "page", "visit", "find", "shop", "go", "arrive",
        "address",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Converts the address at a position.</summary>
    /// <returns>The position after it; the same position if there is none.</returns>
    public static int Try(SpokenWord[] words, int at, WrittenWords written)
    {
        StringBuilder address = new();
        int next = Scheme(words, at, address);
        int start = address.Length, limit = at + LongestAddress;
        if (!TryName(words, next, address, '.', out next, out bool domain))
        {
            return at;
        }

        if (Is(words, next, "at") && address.Length > start && next + 1 < words.Length)
        {
            address.Append('@');
            if (!TryName(words, next + 1, address, '.', out next, out domain))
            {
                return at;
            }
        }

        if (!domain)
        {
            return at;
        }

        while (next < limit)
        {
            int slash = Is(words, next, "forward") ? next + 1 : next, mark = address.Length;
            if (!Is(words, slash, "slash") || !SpokenWord.Follows(words, slash + 1)
                || !TryLabel(words, slash + 1, address.Append('/'), out int after))
            {
                address.Length = mark;
                break;
            }

            next = after;
        }

        written.Add(address + words[next - 1].Tail);
        return next;

        bool TryName(SpokenWord[] all, int from, StringBuilder name, char dot, out int end, out bool endsInDomain)
        {
            endsInDomain = false;
            end = from;
            if (from >= all.Length || (Outside.Contains(all[from].Lower) && all[from].Core.Length > 1)
                || !TryLabel(all, from, name, out end))
            {
                return false;
            }

            while (end < limit && SpokenWord.Follows(all, end) && Separator(all[end]) is { } separator && end + 1 < all.Length
                && !all[end].Ends)
            {
                int mark = name.Length, label = end + 1;
                name.Append(separator);
                if (!TryLabel(all, label, name, out int after))
                {
                    name.Length = mark;
                    break;
                }

                endsInDomain = separator == dot && Domains.Contains(name.ToString(mark + 1, name.Length - mark - 1).ToLowerInvariant());
                end = after;
            }

            return true;
        }
    }

    private static char? Separator(SpokenWord word) => word.Lower switch
    {
        "dot" => '.',
        "underscore" => '_',
        "dash" or "hyphen" => '-',
        _ => null,
    };

    // A word with digits after it, letters that are spelled one by one, or digits.
    private static bool TryLabel(SpokenWord[] words, int at, StringBuilder address, out int next)
    {
        next = at;
        int end = Math.Min(words.Length, at + LongestAddress);
        bool spelled = at < end && words[at].Core.Length == 1 && char.IsAsciiLetter(words[at].Core[0]);
        while (spelled && next < end && (next == at || !words[next - 1].Ends) && words[next].Core.Length == 1
            && char.IsAsciiLetter(words[next].Core[0]))
        {
            address.Append(words[next++].Core);
        }

        if (next == at + 1 && next < end && SpokenWord.Follows(words, next) && words[at].Lower is "g" or "e" && words[next].Lower == "mail")
        {
            address.Append(words[next++].Core);
        }

        if (!spelled && at < end && !NumberWords.IsPart(words[at].Lower) && words[at].Core.Length > 0
            && words[at].Core.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '\'')
            && Separator(words[at]) is null)
        {
            address.Append(words[next++].Core.Replace("'", "", StringComparison.Ordinal));
        }

        if ((next == at || SpokenWord.Follows(words, next)) && next < end && NumberWords.Below100(words[next].Lower) >= 0
            && SpokenNumber.TryParse(words, next, out SpokenNumber number) && number.Next <= end)
        {
            address.Append(number.Digits);
            next = number.Next;
        }

        return next > at;
    }

    private static int Scheme(SpokenWord[] words, int at, StringBuilder address)
    {
        int next = at;
        string scheme = "";
        while (next < words.Length && next < at + 5 && words[next].Core.Length == 1)
        {
            scheme += words[next++].Lower;
        }

        if (next == at)
        {
            scheme = words[next++].Lower;
        }

        if (scheme is not ("http" or "https") || !Is(words, next, "colon") || !Is(words, next + 1, "slash")
            || !Is(words, next + 2, "slash") || next + 3 >= words.Length)
        {
            return at;
        }

        address.Append(scheme).Append("://");
        return next + 3;
    }

    private static bool Is(SpokenWord[] words, int at, string word) =>
        SpokenWord.Follows(words, at) && words[at].Lower == word && !words[at].Ends;
}
