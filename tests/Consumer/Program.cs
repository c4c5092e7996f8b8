using System.Runtime.CompilerServices;
using AgentChain;
using AgentChain.Onnx.Runtime;

await using StreamChain<string, string> chain = Chain
    .From<string>("consumer")
    .Then("trim", text => text.Trim())
    .Stream("words", (text, _, token) => SplitAsync(text, token))
    .ThenEach("upper", word => word.ToUpperInvariant())
    .Build(new ChainOptions { Budget = LatencyBudget.Total(30.Seconds()) });

await using Turn<string> turn = chain.Start("  a chain from a package ");
List<string> words = [];
await foreach (string word in turn.Output)
{
    words.Add(word);
}

TurnResult result = await turn.Completion;
TimeSpan attributed = TimeSpan.FromTicks(result.Report.Parts.Sum(part => part.Duration.Ticks));
Console.WriteLine(string.Join(' ', words));
Console.WriteLine($"{result.Outcome}, all time attributed: {attributed == result.Report.Elapsed}");
Console.WriteLine($"ONNX Runtime {new OnnxRuntimeHost().Version}");

static async IAsyncEnumerable<string> SplitAsync(string text, [EnumeratorCancellation] CancellationToken cancellationToken)
{
    foreach (string word in text.Split(' '))
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        yield return word;
    }
}
