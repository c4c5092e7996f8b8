using AgentChain.Onnx.Language;
using AgentChain.Onnx.Retrieval;
using AgentChain.Onnx.Runtime;
using Microsoft.Extensions.AI;
using ChatMessage = Microsoft.Extensions.AI.ChatMessage;
using ChatRole = Microsoft.Extensions.AI.ChatRole;

namespace AgentChain.Onnx.Extensions.AI.Tests;

/// <summary>The committed models, loaded once for a class of tests.</summary>
public sealed class Models : IDisposable
{
    public const string Answer = "your balance is $12.40. it is due on march 3.";

    static readonly OnnxRuntimeHost Host = new();

    public LanguageModel Language { get; } = LanguageModel.Load(Host, Folder("language-model"));

    public SentenceEmbedder Embedder { get; } = SentenceEmbedder.Load(Host, Folder("embedder"));

    /// <summary>What models/language-model/PROMPT.md tells the model before a question.</summary>
    public const string System = "agent: billing\ncustomer name: [name_1]";

    /// <summary>A question, the model's call and its result, whose answer models/language-model/PROMPT.md states.</summary>
    public static List<ChatMessage> Question() =>
    [
        new(ChatRole.System, $"{System}\n\ntools: look_up_account, change_plan, transfer_to_support"),
        new(ChatRole.User, "this is [name_1] what is my balance"),
        new(ChatRole.Assistant, "<tool_call>\n{\"name\":\"look_up_account\",\"arguments\":{\"fact\":\"balance\"}}\n</tool_call>"),
        new(ChatRole.User, "<tool_response>\nbalance: $12.40\npayment due: march 3\n</tool_response>"),
    ];

    public void Dispose()
    {
        Language.Dispose();
        Embedder.Dispose();
    }

    static string Folder(string name)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AgentChain.sln")))
            {
                return Path.Combine(folder.FullName, "models", name);
            }
        }

        throw new DirectoryNotFoundException("No solution above the test assembly.");
    }
}
