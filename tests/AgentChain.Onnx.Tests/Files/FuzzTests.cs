using System.Globalization;
using AgentChain.Fuzz;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Files;

/// <summary>A part of what <c>eng/fuzz</c> does, and the cases it has found.</summary>
public sealed class FuzzTests
{
    const int Cases = 2000;

    static readonly TimeSpan Hang = TimeSpan.FromMinutes(2);

    static string Root => Path.GetDirectoryName(Fixture.Models())!;

    public static TheoryData<string> Tokenizers =>
        [.. FuzzTargets.WithTokenizer(FuzzTargets.All(Root)).Select(t => Path.GetRelativePath(Root, t.Folder)).Distinct()];

    [Fact]
    public async Task Load_OfDamagedFiles_EndsInAResultOrATypedError()
    {
        using var run = new FuzzRun(Root, typeof(FuzzRun).Assembly.Location);
        var failures = new List<FuzzResult>();
        int used = 0, refused = 0;
        foreach (string which in FuzzRun.Corpus(Root).Concat(Enumerable.Range(1, Cases).Select(seed => seed.ToString(CultureInfo.InvariantCulture))))
        {
            FuzzResult result = await run.RunAsync(which).WaitAsync(Hang);
            used += result.Outcome == "used" ? 1 : 0;
            refused += result.Outcome == "refused" ? 1 : 0;
            if (result.IsFailure)
            {
                failures.Add(result);
            }
        }

        Assert.Empty(failures);

        // A mutator that damages nothing, or everything, would test nothing.
        Assert.InRange(used, Cases / 10, Cases);
        Assert.InRange(refused, Cases / 4, 2 * Cases);
    }

    [Theory]
    [MemberData(nameof(Tokenizers))]
    public async Task Encode_OfHostileTexts_NeverThrows(string folder)
    {
        Tokenizer tokenizer = TokenizerReader.Load(Path.Combine(Root, folder, "tokenizer.json"));

        await Task.Run(() => Assert.All(Enumerable.Range(1, 1000), seed => ModelUse.Encode(tokenizer, HostileTexts.Create(seed)))).WaitAsync(Hang);
    }
}
