using System.Buffers;

namespace AgentChain.Blocks.Redaction;

/// <summary>Recognizes the words that say what the next number is: "my card number is", "call me at", "sort code".</summary>
static class NumberLabels
{
    static readonly SearchValues<char> Interruptions = SearchValues.Create("!?;[]{}<>");

    static readonly WordSet Cards = new("card cards visa mastercard amex maestro pan creditcard debitcard");

    static readonly WordSet Codes = new("cvv cvc csc cvn cvv2 cvc2 pin");

    static readonly WordSet Phones = new("phone phones mobile cell cellphone telephone tel ph mob landline fax whatsapp handset");

    static readonly WordSet Calls = new("call reach text ring dial contact phone sms message whatsapp");

    static readonly WordSet Accounts = new("account accounts acct acc iban bban routing");

    /// <summary>Words that label a number only together with "number", "no" or "id".</summary>
    static readonly WordSet Holders = new(
        "customer member client membership policy passport licence license insurance patient student employee nhs " +
        "medicare tax national subscriber contract user " +
        "driver's drivers case medical health beneficiary id");

    static readonly WordSet Numbers = new("number numbers no num nr id code #");

    /// <summary>Words between a label and its number.</summary>
    static readonly WordSet Connectors = new("""
        number numbers no num nr id code digits on file that that's which ending ends end ended finishing finishes in with is are
        was be it it's its the a last first four my your our of at to me us back here long says reads called as uh um er erm well
        okay ok so sure yes actually like just still oh zero double triple let see look check area
        """);

    static readonly WordSet Periods = new("year quarter period month week season term contract plan offer");

    static readonly WordSet Endings = new("ending ends end ended finishing finishes");

    /// <summary>Gets what the words from a token on say that the next number is.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The index of the first word.</param>
    /// <param name="after">The index of the first token behind the label.</param>
    public static NumberLabel At(TokenizedText text, int at, out int after)
    {
        after = at + 1;
        if (!text.IsWord(at))
        {
            return NumberLabel.None;
        }

        if (text.IsIn(at, Cards))
        {
            return NumberLabel.Card;
        }

        if (text.IsIn(at, Codes) || (text.Is(at, "security") && text.IsIn(at + 1, Numbers)))
        {
            return NumberLabel.SecurityCode;
        }

        if (text.Is(at, "ssn") || text.Is(at, "social") || text.Is(at, "itin"))
        {
            after = text.Is(at + 1, "security") ? at + 2 : after;
            return NumberLabel.Ssn;
        }

        if (IsLastDigits(text, at, out int behind) || IsEnding(text, at, out behind))
        {
            after = behind;
            return NumberLabel.LastDigits;
        }

        if (IsFirstDigits(text, at, out behind))
        {
            after = behind;
            return NumberLabel.FirstDigits;
        }

        if (text.IsIn(at, Accounts) || (text.Is(at, "sort") && text.Is(at + 1, "code"))
            || (text.Is(at, "a") && text.Gap(at + 1) is "/" && text.Is(at + 1, "c")))
        {
            after = text.IsIn(at, Accounts) ? after : at + 2;
            return NumberLabel.Account;
        }

        if (text.IsIn(at, Holders)
            && (text.IsIn(at + 1, Numbers) || (text.IsIn(at + 1, Holders) && text.IsIn(at + 2, Numbers)) || text.Gap(at + 1).Contains('#')))
        {
            return NumberLabel.Account;
        }

        return IsPhone(text, at) ? NumberLabel.Phone : NumberLabel.None;
    }

    /// <summary>Finds the number, or the word with a number in it, that follows a label. Returns -1 if there is none.</summary>
    public static int Value(TokenizedText text, int after, bool letters, out bool ending)
    {
        const int most = 12;
        ending = false;
        for (int at = after; at < text.Count && at < after + most; at++)
        {
            if (!IsQuiet(text.Gap(at)) || text[at].Kind == TokenKind.Placeholder)
            {
                return -1;
            }

            if (text[at].IsNumber)
            {
                // "last 4: 4242"
                if (text[at].Count == 1 && text.Is(at - 1, "last") && NumberLinks.After(text, at, out _) != NumberLink.Tight)
                {
                    continue;
                }

                return text[at].IsAmount ? -1 : at;
            }

            if (letters && text.IsNumber(at + 1) && text.Gap(at + 1) is "" or "-" or " " && text[at].Length <= 4
                && !text.IsIn(at, Connectors)
                && (text.Gap(at + 1) is not " " || (text[at].Length <= 3 && !CommonWords.IsFunction(text.Spelled(at)))))
            {
                return at;
            }

            ending |= text.IsIn(at, Endings);
            if (!text.IsIn(at, Connectors) && !text.IsIn(at, Cards) && !IsMask(text.Spelled(at)))
            {
                return -1;
            }
        }

        return -1;
    }

    /// <summary>Whether a token is a card that the four digits before it describe: "the 4821 card".</summary>
    public static bool IsDescribedCard(TokenizedText text, int at) =>
        text.IsIn(at, Cards) && text.IsNumber(at - 1) && text[at - 1].Count == 4 && !text[at - 1].IsAmount && text.Gap(at) is " "
        && (text.Is(at - 2, "the") || text.Is(at - 2, "my") || text.Is(at - 2, "that") || text.Is(at - 2, "this"));

    public static bool IsNumberWord(TokenizedText text, int at) => text.IsIn(at, Numbers);

    static bool IsLastDigits(TokenizedText text, int at, out int after)
    {
        after = at + 2;
        return (text.Is(at, "last") || text.Is(at, "final"))
            && (text.Is(at + 1, "four") || text.Is(at + 1, "digits") || text.Is(at + 1, "five")
            || (text.IsNumber(at + 1) && text[at + 1].Count == 1));
    }

    /// <summary>Whether a token begins "first eight digits", or "starts with" after a card.</summary>
    static bool IsFirstDigits(TokenizedText text, int at, out int after)
    {
        after = at + 2;
        if (text.Is(at, "first"))
        {
            after += text.Is(at + 1, "digits") ? 0 : 1;
            return text.Is(after - 1, "digits");
        }

        return (text.Is(at, "starts") || text.Is(at, "begins")) && text.Is(at + 1, "with")
            && (text.IsIn(at - 1, Cards) || (text.IsIn(at - 1, Numbers) && text.IsIn(at - 2, Cards)));
    }

    static bool IsEnding(TokenizedText text, int at, out int after)
    {
        after = at + 2;
        bool plain = text.IsNumber(at + 1) && !text.IsIn(at - 1, Periods);
        after = plain ? at + 1 : at + 2;
        return text.IsIn(at, Endings) && (plain || text.Is(at + 1, "in") || text.Is(at + 1, "with"));
    }

    static bool IsPhone(TokenizedText text, int at)
    {
        if (text.IsIn(at, Phones))
        {
            return true;
        }

        if (text.IsIn(at, Numbers))
        {
            return text.Is(at - 1, "my") || text.Is(at - 1, "our") || text.Is(at - 1, "callback") || text.Is(at - 1, "contact")
                || text.Is(at - 1, "work") || text.Is(at - 1, "home");
        }

        if (!text.IsIn(at, Calls))
        {
            return false;
        }

        return text.Is(at + 1, "me") || text.Is(at + 1, "us") || text.Is(at + 1, "him") || text.Is(at + 1, "her") || text.Is(at + 1, "at")
            || text.Is(at + 1, "on") || text.Is(at + 1, "back") || text.IsNumber(at + 1);
    }

    /// <summary>Whether nothing between two tokens separates a number from its label.</summary>
    static bool IsQuiet(ReadOnlySpan<char> gap) => gap.Length <= 24 && !gap.ContainsAny(Interruptions);

    static bool IsMask(ReadOnlySpan<char> word) => word.Trim("xX").IsEmpty;
}
