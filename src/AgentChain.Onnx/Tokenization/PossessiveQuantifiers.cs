using System.Text;

namespace AgentChain.Onnx.Tokenization;

/// <summary>
/// Rewrites possessive quantifiers (<c>a++</c>, <c>a?+</c>, <c>a*+</c>, <c>a{1,3}+</c>), which .NET does not know, as the atomic
/// groups they stand for (<c>(?&gt;a+)</c>).
/// </summary>
static class PossessiveQuantifiers
{
    public static string ToAtomicGroups(string pattern)
    {
        var output = new StringBuilder(pattern.Length + 16);
        var open = new Stack<int>();
        int atom = 0;
        for (int i = 0; i < pattern.Length;)
        {
            char c = pattern[i];
            if (c == '(')
            {
                open.Push(output.Length);
                output.Append(c);
                i++;
            }
            else if (c == ')')
            {
                atom = open.Count > 0 ? open.Pop() : 0;
                output.Append(c);
                i++;
            }
            else if (Quantifier(pattern, i) is int length and > 0)
            {
                output.Append(pattern, i, length);
                i += length;
                if (i < pattern.Length && pattern[i] == '+')
                {
                    output.Insert(atom, "(?>").Append(')');
                    i++;
                }
            }
            else
            {
                atom = output.Length;
                int end = AtomEnd(pattern, i);
                output.Append(pattern, i, end - i);
                i = end;
            }
        }

        return output.ToString();
    }

    static int Quantifier(string pattern, int at)
    {
        if (pattern[at] is '*' or '+')
        {
            return 1;
        }

        // Behind an opening parenthesis a question mark begins a group's options.
        if (pattern[at] == '?')
        {
            return at > 0 && pattern[at - 1] == '(' && !(at > 1 && pattern[at - 2] == '\\') ? 0 : 1;
        }

        if (pattern[at] != '{')
        {
            return 0;
        }

        int close = pattern.IndexOf('}', at);
        return close > at + 1 && !pattern.AsSpan(at + 1, close - at - 1).ContainsAnyExceptInRange(',', '9') ? close - at + 1 : 0;
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

        // A bracket right behind the opening one (or its ^) is an ordinary member of the class.
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
