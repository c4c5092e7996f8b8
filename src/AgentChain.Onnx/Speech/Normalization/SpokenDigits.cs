using System.Text;

namespace AgentChain.Onnx.Speech.Normalization;

/// <summary>Parses numbers that are spoken in pieces: "four five six", "forty two seventeen", "double five", "one eight hundred
/// ...".</summary>
internal static class SpokenDigits
{
    private const int LocalDigits = 7;

    /// <summary>Reads as many pieces as follow each other.</summary>
    public static List<string> Read(SpokenWord[] words, int at, out int next)
    {
        List<string> pieces = [];
        int digits = 0;
        next = at;
        while (next < words.Length && (next == at || !words[next - 1].Ends)
            && TryPiece(words, next, digits, out string piece, out int after))
        {
            if (pieces.Count > 0 && SpokenCardinal.TryScaled(words, next, out _, out _))
            {
                break;
            }

            digits += piece.Length;
            pieces.Add(piece);
            next = after;
        }

        return pieces;
    }

    /// <summary>Reads the digits after a decimal point, in which "oh" is always a zero.</summary>
    public static string ReadDecimals(SpokenWord[] words, int at, out int next)
    {
        StringBuilder digits = new();
        next = at;
        while (SpokenWord.Follows(words, next) && TryPiece(words, next, 2, out string piece, out int after) && !IsHundred(words, after))
        {
            digits.Append(piece);
            next = after;
        }

        return digits.ToString();
    }

    /// <summary>Parses a toll-free number: "one eight hundred" or "eight hundred", and seven digits.</summary>
    public static bool TryTollFree(SpokenWord[] words, int at, out string number, out int next)
    {
        number = "";
        next = at;
        int area = SpokenWord.Is(words, at, "one") && SpokenWord.Follows(words, at + 1) ? at + 1 : at;
        if (!SpokenWord.IsAny(words, area, "eight", "nine") || !IsHundred(words, area + 1))
        {
            return false;
        }

        StringBuilder digits = new();
        int end = area + 2;
        while (digits.Length < LocalDigits && SpokenWord.Follows(words, end) && TryPiece(words, end, 2, out string piece, out int after)
            && !IsHundred(words, after))
        {
            digits.Append(piece);
            end = after;
        }

        if (digits.Length != LocalDigits || (SpokenWord.Follows(words, end) && NumberWords.IsPart(words[end].Lower)))
        {
            return false;
        }

        number = (area > at ? "1" : "") + (words[area].Lower == "eight" ? "800" : "900") + digits;
        next = end;
        return true;
    }

    private static bool IsHundred(SpokenWord[] words, int at) => SpokenWord.Follows(words, at) && words[at].Lower == "hundred";

    private static bool TryPiece(SpokenWord[] words, int at, int before, out string piece, out int next)
    {
        if (SpokenCardinal.TryTwoDigits(words, at, out long value, out next))
        {
            // A number never ends inside an ordinal: "five twenty first street".
            piece = NumberWords.Invariant(value);
            return value < 20 || value % 10 > 0 || !SpokenWord.Follows(words, next)
                || NumberWords.CardinalOfOrdinal(words[next].Lower) is null;
        }

        piece = "";
        int repeat = words[at].Lower switch { "double" => 2, "triple" => 3, _ => 1 };
        int digitAt = repeat > 1 ? at + 1 : at;
        if (digitAt >= words.Length || (repeat > 1 && words[at].Ends))
        {
            return false;
        }

        int digit = IsZeroLetter(words, digitAt) ? 0 : NumberWords.Below100(words[digitAt].Lower);
        if (digit is < 0 or > 9 || (repeat == 1 && !ZeroLetterFits(words, at, before)))
        {
            return false;
        }

        piece = new string((char)('0' + digit), repeat);
        next = digitAt + 1;
        return true;
    }

    // "oh" is a zero between digits, after at least two digits, or before at least two pieces.
    private static bool ZeroLetterFits(SpokenWord[] words, int at, int before)
    {
        int wanted = before >= 2 ? 0 : before > 0 ? 1 : 2, after = 0;
        for (int i = at + 1; after < wanted && SpokenWord.Follows(words, i); after++)
        {
            if (!SpokenCardinal.TryTwoDigits(words, i, out _, out int next) && !IsZeroLetter(words, i)
                && words[i].Lower is not ("double" or "triple"))
            {
                break;
            }

            i = Math.Max(next, i + 1);
        }

        return after >= wanted;
    }

    private static bool IsZeroLetter(SpokenWord[] words, int at) => words[at].Lower is "oh" or "o";
}
