using System.Text;

namespace AgentChain.Fuzz;

/// <summary>Changes the lines and columns of a text file.</summary>
static class TextMutator
{
    static readonly string[] Fields =
        ["", " ", "-1", "0", "9223372036854775807", "99999999999999999999", "1000000000000", "1e9", "NaN", "<s>", "</s>", "a", "Ə", "\uFFFE", "🦊", "\0", "a b", "\t", "\r"];

    /// <summary>Makes one change.</summary>
    public static byte[] Change(byte[] bytes, Random random)
    {
        List<string> lines = [.. Encoding.UTF8.GetString(bytes).Split('\n')];
        int at = random.Next(lines.Count);
        string[] fields = lines[at].Split('\t');
        int field = random.Next(fields.Length);
        switch (random.Next(7))
        {
            case 0:
                lines.RemoveAt(at);
                break;
            case 1:
                lines.InsertRange(at, Enumerable.Repeat(lines[at], 1 << random.Next(12)));
                break;
            case 2:
                fields[field] = new string('a', 1 << random.Next(18));
                break;
            case 3:
                lines[at] += "\t" + Fields[random.Next(Fields.Length)];
                break;
            case 4:
                lines[at] = lines[at].Replace("\t", " ", StringComparison.Ordinal);
                break;
            default:
                fields[field] = Fields[random.Next(Fields.Length)];
                break;
        }

        if (at < lines.Count && fields.Length > 1 | fields[0].Length > 0)
        {
            lines[at] = string.Join('\t', fields);
        }

        return Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }
}
