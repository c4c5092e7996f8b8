using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Keeps the text of updates and drops updates without text. Stateless.</summary>
sealed class UpdateText : IRegroupBlock<ChatResponseUpdate, string>, IRegrouper<ChatResponseUpdate, string>
{
    public IRegrouper<ChatResponseUpdate, string> Begin(BlockContext context) => this;

    public void Add(ChatResponseUpdate item, ICollection<string> ready)
    {
        string text = item.Text;
        if (text.Length > 0)
        {
            ready.Add(text);
        }
    }

    public void Complete(ICollection<string> ready)
    {
    }
}
