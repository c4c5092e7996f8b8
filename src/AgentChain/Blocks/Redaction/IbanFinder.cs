using System.Collections.Frozen;

namespace AgentChain.Blocks.Redaction;

/// <summary>Finds international bank account numbers (ISO 13616) by country and length. A wrong check digit does not matter.</summary>
static class IbanFinder
{
    const int Longest = 34;

    /// <summary>The length of an IBAN by country.</summary>
    static readonly FrozenDictionary<string, int> Lengths = (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 " +
        "FI18 FO18 FR27 GB22 GE22 GI23 GL18 " +
        "GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 " +
        "ME22 MK19 MN20 MR27 MT31 MU30 NL18 " +
        "NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SD18 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20")
        .Split(' ').ToFrozenDictionary(c => c[..2], c =>
            int.Parse(c.AsSpan(2), System.Globalization.CultureInfo.InvariantCulture), StringComparer.OrdinalIgnoreCase);

    public static void Find(TokenizedText text, Findings found)
    {
        for (int from = 0; from + 1 < text.Count; from++)
        {
            if (text[from].IsWord && text[from].Length == 2 && text.IsNumber(from + 1) && text.Gap(from + 1) is "" or " "
                && Lengths.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text.Spelled(from), out int length)
                && End(text, from, length) is > 0 and int end)
            {
                found.Add(PersonalDataKind.Iban, text[from].Start, end);
            }
        }
    }

    /// <summary>Returns the index behind the token that completes the length, or 0.</summary>
    static int End(TokenizedText text, int from, int length)
    {
        int count = 0;
        int digits = 0;
        for (int at = from; at < text.Count && at < from + Longest; at++)
        {
            TextToken token = text[at];
            if ((at > from && text.Gap(at) is not ("" or " " or "-")) || token.Kind == TokenKind.Placeholder)
            {
                return 0;
            }

            count += token.IsNumber ? token.Count : token.Length;
            digits += token.Count;
            if (count >= length)
            {
                return count == length && digits >= length / 3 ? token.End : 0;
            }
        }

        return 0;
    }
}
