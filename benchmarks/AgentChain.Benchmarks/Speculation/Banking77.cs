using System.Text;

namespace AgentChain.Benchmarks.Speculation;

/// <summary>The questions of the Banking77 test set (Casanueva et al., 2020; CC BY 4.0), which is not part of the repository.</summary>
static class Banking77
{
    const string FileName = "banking77-test.csv";

    /// <summary>Looks for the file in the folder shared/data next to the repository, or next to one of its parent folders.</summary>
    public static string? Find() => SharedFile.Find(FileName);

    /// <summary>Reads the questions, without their categories; questions without a word are skipped.</summary>
    public static string[] Read(string path) =>
        [.. FirstFields(File.ReadAllText(path)).Skip(1).Where(text => !string.IsNullOrWhiteSpace(text))];

    static IEnumerable<string> FirstFields(string csv)
    {
        int at = 0;
        while (at < csv.Length)
        {
            var field = new StringBuilder();
            bool quoted = csv[at] == '"';
            at += quoted ? 1 : 0;
            while (at < csv.Length && (quoted || csv[at] is not (',' or '\n')))
            {
                if (csv[at] != '"' || !quoted)
                {
                    field.Append(csv[at++]);
                }
                else if (at + 1 < csv.Length && csv[at + 1] == '"')
                {
                    field.Append('"');
                    at += 2;
                }
                else
                {
                    break;
                }
            }

            int end = csv.IndexOf('\n', at);
            at = end < 0 ? csv.Length : end + 1;
            yield return field.ToString();
        }
    }
}
