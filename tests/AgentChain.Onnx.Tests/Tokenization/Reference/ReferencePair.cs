using System.Text;
using System.Text.Json.Nodes;
using AgentChain.Onnx.Tokenization;
using HuggingFace = Tokenizers.DotNet.Tokenizer;

namespace AgentChain.Onnx.Tests.Tokenization.Reference;

/// <summary>The same <c>tokenizer.json</c> read by this library and by Hugging Face's own.</summary>
sealed class ReferencePair : IDisposable
{
    readonly HuggingFace _reference;

    public ReferencePair(JsonObject file)
    {
        byte[] json = Encoding.UTF8.GetBytes(file.ToJsonString());
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".json");
        try
        {
            File.WriteAllBytes(path, json);
            _reference = new HuggingFace(path);
        }
        finally
        {
            File.Delete(path);
        }

        Tokenizer = TokenizerReader.Parse(json);
    }

    public Tokenizer Tokenizer { get; }

    public int[] Expected(string text) => [.. _reference.Encode(text).Select(id => (int)id)];

    public void AssertSame(string text)
    {
        int[] expected = Expected(text);
        List<int> actual = Tokenizer.Encode(text);
        if (!actual.SequenceEqual(expected))
        {
            int at = actual.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.Fail($"'{Show(text)}' differs at token {at}: expected {Some(expected, at)}, was {Some(actual, at)}.");
        }
    }

    public void Dispose() => _reference.Dispose();

    static string Some(IEnumerable<int> ids, int at) => string.Join(' ', ids.Skip(Math.Max(0, at - 1)).Take(8));

    static string Show(string text) => string.Concat(text.Take(200).Select(c => c is >= ' ' and <= '~' ? c.ToString() : $"\\u{(int)c:X4}"));
}
