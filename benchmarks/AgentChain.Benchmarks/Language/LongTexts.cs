using System.Text;
using System.Text.Json.Nodes;
using AgentChain.Onnx.Tokenization;
using BenchmarkDotNet.Attributes;
using HuggingFace = Tokenizers.DotNet.Tokenizer;

namespace AgentChain.Benchmarks.Language;

/// <summary>
/// Encodes 80,000 characters with the sample's tokenizer, compared with Hugging Face's own library (Rust, through Tokenizers.DotNet) on
/// the same file: split into words, and as one piece, as the tokenizers of Gemma and Llama 2 treat any text.
/// </summary>
[MemoryDiagnoser]
public class LongTexts
{
    const int Length = 80_000;

    HuggingFace _reference = null!;
    Tokenizer _tokenizer = null!;
    string _text = null!;

    /// <summary>Gets or sets the text: one letter again and again, random letters without a space, or sentences.</summary>
    [Params("equal", "letters", "sentences")]
    public string Text { get; set; } = "";

    /// <summary>Gets or sets a value that indicates whether the text is one piece.</summary>
    [Params(false, true)]
    public bool OnePiece { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        JsonObject file = JsonNode.Parse(File.ReadAllText(RepositoryFiles.Find("models", "language-model", "tokenizer.json")))!.AsObject();
        AddRuns(file);
        if (OnePiece)
        {
            file["pre_tokenizer"] = JsonNode.Parse("""{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":false}""");
        }

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        File.WriteAllText(path, file.ToJsonString());
        _reference = new HuggingFace(path);
        _tokenizer = TokenizerReader.Parse(Encoding.UTF8.GetBytes(file.ToJsonString()));
        File.Delete(path);
        _text = Text switch
        {
            "equal" => new string('a', Length),
            "letters" => Letters(),
            _ => string.Concat(Enumerable.Repeat("The balance of your account is 12 dollars, and the next bill is due on the first of may; please call us. ", 900))[..Length],
        };
        if (!_tokenizer.Encode(_text).SequenceEqual(_reference.Encode(_text).Select(id => (int)id)))
        {
            throw new InvalidOperationException("The two tokenizers give different ids.");
        }
    }

    [Benchmark(Baseline = true, Description = "Hugging Face tokenizers")]
    public int Reference() => _reference.Encode(_text).Length;

    [Benchmark(Description = "AgentChain")]
    public int Encode() => _tokenizer.Encode(_text).Count;

    [GlobalCleanup]
    public void Cleanup() => _reference.Dispose();

    /// <summary>
    /// Adds tokens that are twice another token, and tokens for runs of a letter, as in larger vocabularies, so that each character of the
    /// text is merged several times.
    /// </summary>
    static void AddRuns(JsonObject file)
    {
        JsonObject vocabulary = file["model"]!["vocab"]!.AsObject();
        int next = 1 + vocabulary.Concat(file["added_tokens"]!.AsArray().Select(a => KeyValuePair.Create("", a!["id"])))
            .Max(e => e.Value!.GetValue<int>());
        string[] tokens = [.. vocabulary.Select(e => e.Key).Where(token => token[0] is not ('<' or '['))];
        foreach (string token in tokens.Concat(["aa", "aaaa", "aaaaaaaa", "aaaaaaaaaaaaaaaa"]))
        {
            if (vocabulary.TryAdd(token + token, next))
            {
                next++;
                file["model"]!["merges"]!.AsArray().Add((JsonNode)new JsonArray(token, token));
            }
        }
    }

    static string Letters()
    {
        var random = new Random(1);
        return string.Concat(Enumerable.Range(0, Length).Select(_ => (char)('a' + random.Next(26))));
    }
}
