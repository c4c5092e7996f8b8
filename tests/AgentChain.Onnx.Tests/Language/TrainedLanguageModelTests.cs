using System.Text.Json;
using AgentChain.Onnx.Language;
using AgentChain.Onnx.Tests.Fixtures;

namespace AgentChain.Onnx.Tests.Language;

/// <summary>The committed model, against what its training recipe wrote down.</summary>
public sealed class TrainedLanguageModelTests() : LanguageModelContract(Fixture.Models("language-model"))
{
    [Fact]
    public void Encode_OfTheReferenceTexts_GivesTheirTokens() => ForEach("texts", row =>
    {
        string text = row.GetProperty("text").GetString()!;
        Assert.Equal(Ints(row, "ids"), Model.Tokenizer.Encode(text));
    });

    [Fact]
    public void Encode_OfTheReferenceConversations_GivesTheirPrompts() => ForEach("prompts", row =>
    {
        ChatPrompt prompt = Parse(row.GetProperty("prompt").GetString()!);
        Assert.Equal(Ints(row, "prompt_ids"), Model.Encode(prompt));
    });

    [Fact]
    public void Read_OfTheReferencePrompts_GivesTheirBestLogits()
    {
        using LanguageModel whole = Whole();
        ForEach("prompts", row =>
        {
            using KeyValueCache cache = whole.CreateCache();
            float[] logits = cache.Read(Ints(row, "prompt_ids")).ToArray();
            Assert.All(row.GetProperty("first_top5").EnumerateArray(), t => Assert.InRange(logits[t[0].GetInt32()] - t[1].GetSingle(), -0.01f, 0.01f));
            Assert.Equal(row.GetProperty("first_top5")[0][0].GetInt32(), Array.IndexOf(logits, logits.Max()));
        });
    }

    [Fact]
    public async Task Generate_OfTheReferencePrompts_GivesTheirAnswers()
    {
        using LanguageModel whole = Whole();
        foreach (JsonElement row in Rows("prompts"))
        {
            Generation generation = whole.Generate(Lane, Parse(row.GetProperty("prompt").GetString()!));

            Assert.Equal(row.GetProperty("answer").GetString(), await generation.ToTextAsync());
            Assert.Equal(FinishReason.Stop, generation.Statistics.Finish);
            Assert.Equal(Ints(row, "answer_ids").Length - 1, generation.Statistics.GeneratedTokens);
        }
    }

    [Fact]
    public async Task Generate_AfterTheWordsWereReadAsTheyCame_GivesTheReferenceAnswers()
    {
        using LanguageModel whole = Whole();
        foreach (JsonElement row in Rows("prompts"))
        {
            ChatPrompt prompt = Parse(row.GetProperty("prompt").GetString()!);
            string[] words = prompt.Messages[^1].Content.Split(' ');
            for (int heard = 1; heard <= words.Length; heard++)
            {
                await whole.PrefillAsync(Lane, Ending(string.Join(' ', words[..heard])));
                await whole.PrefillAsync(Lane, Ending(string.Join(' ', words[..heard].Append("um"))));
            }

            Generation generation = whole.Generate(Lane, prompt);

            Assert.Equal(row.GetProperty("answer").GetString(), await generation.ToTextAsync());
            Assert.True(generation.Statistics.ReusedTokens >= whole.Format!.EncodeStable(whole.Tokenizer, prompt).Count);

            ChatPrompt Ending(string question) => new([.. prompt.Messages.SkipLast(1), new ChatMessage(ChatRole.User, question)]);
        }
    }

    LanguageModel Whole() => LanguageModel.Load(Host, Folder);

    static void ForEach(string part, Action<JsonElement> check)
    {
        JsonElement[] rows = Rows(part);
        Assert.NotEmpty(rows);
        Assert.All(rows, check);
    }

    static JsonElement[] Rows(string part)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Fixture.Models("language-model", "reference.json")));
        return [.. document.RootElement.GetProperty(part).EnumerateArray().Select(e => e.Clone())];
    }

    static int[] Ints(JsonElement row, string name) => [.. row.GetProperty(name).EnumerateArray().Select(i => i.GetInt32())];

    static ChatPrompt Parse(string written) => new(written.Split("<|im_start|>", StringSplitOptions.RemoveEmptyEntries).SkipLast(1).Select(turn =>
    {
        int line = turn.IndexOf('\n', StringComparison.Ordinal), end = turn.IndexOf("<|im_end|>", StringComparison.Ordinal);
        return new ChatMessage(Enum.Parse<ChatRole>(turn[..line], ignoreCase: true), turn[(line + 1)..end]);
    }));
}
