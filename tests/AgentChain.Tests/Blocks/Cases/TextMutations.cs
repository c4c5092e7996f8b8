using System.Text;

namespace AgentChain.Tests.Blocks.Cases;

/// <summary>Makes random variants of cases: characters inserted, removed and swapped, parts repeated, two cases joined.</summary>
static class TextMutations
{
    static readonly string[] Inserted =
    [
        "\ud83d", "\udc00", "\0", "\u0301", "\u200d", "\u200f", "\u202e", "٤", "𝟒", "４", "1", "0", "4", "@", ".", ",", "-", "(", ")",
        "[", "]", "[name_1]", "[card_1]", "[name_",
        "'", "’", "\"", " ", "  ", "\n", "\u00a0", "。", "」", "「", "…", "!", "?", "$", "+", "#", "a", "I", "ß", "İ", "א", " at ", " dot ",
        " and ", " my name is ", " card ", "😀",
    ];

    public static IEnumerable<string> Of(IReadOnlyList<TextCase> cases, int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            var text = new StringBuilder(cases[random.Next(cases.Count)].Input);
            for (int change = random.Next(1, 6); change > 0; change--)
            {
                int at = random.Next(text.Length + 1);
                int length = random.Next(Math.Min(12, text.Length - at) + 1);
                switch (random.Next(6))
                {
                    case 0:
                        text.Remove(at, length);
                        break;
                    case 1:
                        text.Insert(at, text.ToString(at, length));
                        break;
                    case 2:
                        text.Append(' ').Append(cases[random.Next(cases.Count)].Input);
                        break;
                    case 3 when at < text.Length:
                        int other = random.Next(text.Length);
                        (text[at], text[other]) = (text[other], text[at]);
                        break;
                    default:
                        text.Insert(at, Inserted[random.Next(Inserted.Length)]);
                        break;
                }
            }

            yield return text.ToString();
        }
    }
}
