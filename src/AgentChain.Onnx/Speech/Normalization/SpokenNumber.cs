using System.Globalization;
using System.Text;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>A number that consecutive words name.</summary>
/// <param name="Digits">The digits of its written form, with leading zeros.</param>
/// <param name="Pieces">The count of spoken numbers: three in "four five six", two in "nine thirty", one in "two hundred and five".</param>
/// <param name="Next">The index of the first word after the number.</param>
/// <param name="Time">The number as a time of day ("9", "9:30"); null if it cannot be one.</param>
internal readonly record struct SpokenNumber(string Digits, int Pieces, int Next, string? Time)
{
    /// <summary>The value; <see cref="long.MaxValue"/> for more than 18 digits.</summary>
    public long Value => Digits is { Length: > 0 and < 19 } ? long.Parse(Digits, NumberStyles.None, CultureInfo.InvariantCulture) : long.MaxValue;

    /// <summary>Whether it has more than one digit, so that it cannot be the plain word "one" or "two" of a sentence.</summary>
    public bool IsLong => Digits.Length > 1;

    /// <summary>Parses as many words as form one number.</summary>
    public static bool TryParse(SpokenWord[] words, int at, out SpokenNumber number)
    {
        number = default;
        if (Scaled(words, at, out long value, out int next))
        {
            number = new SpokenNumber(NumberWords.Invariant(value), 1, next, null);
            return true;
        }

        StringBuilder digits = new();
        List<string> pieces = [];
        next = at;
        while (next < words.Length && (next == at || !words[next - 1].Ends) && Piece(words, next, digits.Length, out string piece, out int after))
        {
            if (pieces.Count > 0 && Scaled(words, next, out _, out _))
            {
                break;
            }

            digits.Append(piece);
            pieces.Add(piece);
            next = after;
        }

        if (pieces.Count == 0)
        {
            return false;
        }

        number = new SpokenNumber(digits.ToString(), pieces.Count, next, TimeOf(pieces));
        return true;
    }

    // "two hundred and five", "a hundred", "three thousand two hundred"
    private static bool Scaled(SpokenWord[] words, int at, out long value, out int next)
    {
        value = 0;
        next = at;
        long limit = long.MaxValue;
        while (next < words.Length)
        {
            int from = value > 0 && words[next].Lower == "and" && !words[next].Ends ? next + 1 : next;
            long group = 0;
            int end = from;
            if (value == 0 && from + 1 < words.Length && words[from].Lower == "a" && NumberWords.Scale(words[from + 1].Lower) > 0)
            {
                group = 1;
                end = from + 1;
            }
            else
            {
                TwoDigits(words, from, out group, out end);
            }

            if (end == from)
            {
                break;
            }

            bool scaled = false;
            if (Scale(words, end, 100) && group < 100)
            {
                group *= 100;
                end++;
                scaled = true;
                int rest = end < words.Length && words[end].Lower == "and" && !words[end - 1].Ends ? end + 1 : end;
                if (!words[end - 1].Ends && TwoDigits(words, rest, out long units, out int afterUnits) && !Scale(words, afterUnits, 100))
                {
                    group += units;
                    end = afterUnits;
                }
            }

            long scale = end < words.Length && !words[end - 1].Ends ? NumberWords.Scale(words[end].Lower) : 0;
            if (scale >= 1000 && scale < limit)
            {
                group *= scale;
                limit = scale;
                end++;
                scaled = true;
            }
            else if (value == 0 && !scaled)
            {
                return false;
            }
            else
            {
                limit = 0;
            }

            value += group;
            next = end;
            if (limit == 0 || words[end - 1].Ends)
            {
                break;
            }
        }

        return next > at;
    }

    private static bool Scale(SpokenWord[] words, int at, long scale) =>
        at < words.Length && !words[at - 1].Ends && NumberWords.Scale(words[at].Lower) == scale;

    private static bool TwoDigits(SpokenWord[] words, int at, out long value, out int next)
    {
        value = at < words.Length ? NumberWords.Below100(words[at].Lower) : -1;
        next = value < 0 ? at : at + 1;
        if (value >= 20 && next < words.Length && !words[at].Ends && NumberWords.Below100(words[next].Lower) is >= 1 and <= 9 and var unit)
        {
            value += unit;
            next++;
        }

        return value >= 0;
    }

    private static bool Piece(SpokenWord[] words, int at, int before, out string piece, out int next)
    {
        if (TwoDigits(words, at, out long value, out next))
        {
            piece = NumberWords.Invariant(value);
            return true;
        }

        piece = "";
        int repeat = words[at].Lower switch { "double" => 2, "triple" => 3, _ => 1 };
        int digitAt = repeat > 1 ? at + 1 : at;
        if (digitAt >= words.Length || (repeat > 1 && words[at].Ends))
        {
            return false;
        }

        int digit = words[digitAt].Lower is "oh" or "o" ? 0 : NumberWords.Below100(words[digitAt].Lower);
        bool isZeroLetter = repeat == 1 && digit == 0;
        if (digit is < 0 or > 9 || (isZeroLetter && !ZeroLetterFits(words, at, before)))
        {
            return false;
        }

        piece = new string((char)('0' + digit), repeat);
        next = digitAt + 1;
        return true;
    }

    // "oh" is a zero between digits, after at least two digits, or before at least two digits.
    private static bool ZeroLetterFits(SpokenWord[] words, int at, int before)
    {
        if (before >= 2)
        {
            return true;
        }

        int after = 0;
        for (int i = at + 1; i < words.Length && !words[i - 1].Ends && (NumberWords.Below100(words[i].Lower) >= 0 || words[i].Lower is "oh" or "o" or "double" or "triple"); i++)
        {
            after++;
        }

        return after >= (before > 0 ? 1 : 2);
    }

    private static string? TimeOf(List<string> pieces)
    {
        if (pieces.Count > 3 || !int.TryParse(pieces[0], NumberStyles.None, CultureInfo.InvariantCulture, out int hour) || hour is < 1 or > 12)
        {
            return null;
        }

        string minutes = string.Concat(pieces.Skip(1));
        return minutes.Length == 0 ? pieces[0] : minutes.Length == 2 && minutes[0] < '6' ? $"{pieces[0]}:{minutes}" : null;
    }
}
