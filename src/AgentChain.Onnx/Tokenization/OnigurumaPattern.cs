using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Translates a pattern for Oniguruma, the engine of Hugging Face's tokenizers, to .NET: possessive quantifiers (<c>a++</c>, <c>a?+</c>,
/// <c>a*+</c>) become atomic groups, a second quantifier after an interval (<c>a{1,3}+</c>) repeats it, <c>\w</c> and <c>\W</c> use
/// Oniguruma's word characters, and <c>s</c> also matches U+017F if case is ignored. <c>^</c> and <c>$</c> require
/// <see cref="System.Text.RegularExpressions.RegexOptions.Multiline"/>.
/// </summary>
static class OnigurumaPattern
{
    /// <summary>The word characters, for use in a character class: letters, marks, digits and some more.</summary>
    public const string Word = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9";

    /// <summary>
    /// The word characters with the superscripts and fractions of Latin-1, which Oniguruma includes only outside a character class.
    /// </summary>
    const string OnigurumaWord = Word + @"\u00B2\u00B3\u00B9\u00BC-\u00BE";

    /// <summary>The maximum number of digits in an interval.</summary>
    const int LongestCount = 3;

    public static string ToDotNet(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var open = new Stack<(int At, bool IgnoresCase)>();
        int atom = 0;
        bool ignoresCase = false;
        for (int i = 0; i < pattern.Length;)
        {
            char c = pattern[i];
            if (c == '(')
            {
                open.Push((output.Length, ignoresCase));
                output.Append(c);
                i++;
                ignoresCase |= pattern.AsSpan(i).StartsWith("?i:") || pattern.AsSpan(i).StartsWith("?i)");
                if (pattern.AsSpan(i).StartsWith("?i)"))
                {
                    // The option applies up to the end of the enclosing group.
                    open.Pop();
                    output.Append("?i)");
                    i += 3;
                }
            }
            else if (c == ')')
            {
                (atom, ignoresCase) = open.Count > 0 ? open.Pop() : (0, false);
                output.Append(c);
                i++;
            }
            else if (Quantifier(pattern, i) is int length and > 0)
            {
                output.Append(pattern, i, length);
                i += length;
                if (i < pattern.Length && pattern[i] == '+')
                {
                    output.Insert(atom, c == '{' ? "(?:" : "(?>").Append(c == '{' ? ")+" : ")");
                    i++;
                }
            }
            else
            {
                atom = output.Length;
                int end = AtomEnd(pattern, i);
                AppendAtom(output, pattern[i..end], ignoresCase);
                i = end;
            }
        }

        return output.ToString();
    }

    static void AppendAtom(StringBuilder output, string atom, bool ignoresCase)
    {
        switch (atom)
        {
            case @"\w":
                output.Append('[').Append(OnigurumaWord).Append(']');
                break;
            case @"\W":
                output.Append("[^").Append(OnigurumaWord).Append(']');
                break;
            case "s" or "S" when ignoresCase:
                output.Append("[s\u017F]");
                break;
            default:
                if (atom[0] == '[')
                {
                    AppendClass(output, atom);
                }
                else
                {
                    output.Append(atom);
                }

                break;
        }
    }

    static void AppendClass(StringBuilder output, string atom)
    {
        for (int i = 0; i < atom.Length; i++)
        {
            if (atom[i] != '\\' || i + 1 == atom.Length)
            {
                output.Append(atom[i]);
            }
            else if (atom[++i] == 'w')
            {
                output.Append(Word);
            }
            else
            {
                output.Append('\\').Append(atom[i]);
            }
        }
    }

    static int Quantifier(string pattern, int at)
    {
        if (pattern[at] is '*' or '+')
        {
            return 1;
        }

        // After an opening parenthesis, a question mark begins the options of a group.
        if (pattern[at] == '?')
        {
            return at > 0 && pattern[at - 1] == '(' && !(at > 1 && pattern[at - 2] == '\\') ? 0 : 1;
        }

        if (pattern[at] != '{')
        {
            return 0;
        }

        int close = pattern.IndexOf('}', at);
        if (close <= at + 1 || pattern.AsSpan(at + 1, close - at - 1).IndexOfAnyExceptInRange(',', '9') >= 0)
        {
            return 0;
        }

        // The memory of a match can grow with the number, even where it matches nothing.
        return pattern[(at + 1)..close].Split(',').All(number => number.Length <= LongestCount)
            ? close - at + 1
            : throw new FormatException($"The quantifier '{pattern[at..(close + 1)]}' repeats too often.");
    }

    static int AtomEnd(string pattern, int at)
    {
        if (pattern[at] == '\\' && at + 1 < pattern.Length)
        {
            bool braced = pattern[at + 1] is 'p' or 'P' or 'k' && at + 2 < pattern.Length && pattern[at + 2] == '{';
            int close = braced ? pattern.IndexOf('}', at) : -1;
            return close > 0 ? close + 1 : at + 2;
        }

        if (pattern[at] != '[')
        {
            return at + 1;
        }

        // A bracket right after the opening one (or its ^) is an ordinary member of the class.
        int i = at + 1;
        i += i < pattern.Length && pattern[i] == '^' ? 1 : 0;
        i += i < pattern.Length && pattern[i] == ']' ? 1 : 0;
        while (i < pattern.Length && pattern[i] != ']')
        {
            i += pattern[i] == '\\' ? 2 : 1;
        }

        return Math.Min(i + 1, pattern.Length);
    }
}
