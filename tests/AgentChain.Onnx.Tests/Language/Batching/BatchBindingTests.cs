using AgentChain.Onnx.Language;
using AgentChain.Onnx.Tests.Fixtures;
using AgentChain.Onnx.Tokenization;

namespace AgentChain.Onnx.Tests.Language.Batching;

/// <summary>Steps of several sequences give the logits of each alone: of every number, at every length, to the last bit.</summary>
public sealed class BatchBindingTests
{
    const int Steps = 80, Most = 8;

    [Theory]
    [InlineData("tiny-genai")]
    [InlineData("tiny-genai-fp16")]
    [InlineData("language-model")]
    public void Run_OfSeveral_GivesTheLogitsOfEachAlone(string name) =>
        CheckAll(name == "language-model" ? Fixture.Models(name) : Fixture.Path(name));

    [Theory]
    [InlineData(nameof(GenaiFamily.Llama))]
    [InlineData(nameof(GenaiFamily.LlamaTied))]
    [InlineData(nameof(GenaiFamily.Qwen3))]
    [InlineData(nameof(GenaiFamily.Phi))]
    public void Run_OfAFamilysLayout_GivesTheLogitsOfEachAlone(string name)
    {
        int vocabulary = TokenizerReader.Load(Fixture.Path("qwen.tokenizer.json")).VocabularySize;
        using var folder = new GenaiModel(GenaiFamily.Named(name), vocabulary, stop: 1);
        CheckAll(folder.Path);
    }

    static void CheckAll(string folder)
    {
        for (int sequences = 2; sequences <= Most; sequences++)
        {
            using var world = new BatchingWorld(folder, Most, Most);
            DecodeMember[] members = [.. Enumerable.Range(0, sequences).Select(i => Begin(world, BatchingWorld.Prompt(i, 2 + (7 * i))))];
            using var binding = new BatchBinding(world.Graph, sequences, members[0].Shared.LogitsWidth);
            for (int step = 0; step < Steps; step++)
            {
                binding.Run(new KeyValueRows(members[0].Shared.Block, 0, sequences), members);
                for (int i = 0; i < sequences; i++)
                {
                    Assert.True(members[i].StepAndCompare(binding.Logits(i)), $"{sequences} sequences, step {step}, sequence {i}");
                    Assert.False(members[i].HasLeft);
                }
            }
        }
    }

    static DecodeMember Begin(BatchingWorld world, int[] prompt)
    {
        var member = new DecodeMember(world.Lane, world.Generator(prompt, Steps + 2), _ => true, new TokenSignal(TimeProvider.System), null, default);
        while (!member.Generator.HasReadPrompt)
        {
            member.ReadPrompt();
        }

        return member;
    }
}
