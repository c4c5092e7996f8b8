using Microsoft.Extensions.AI;

namespace AgentChain.Extensions.AI;

/// <summary>Fills in what the updates of one answer lack. An update without ids belongs to the one before it.</summary>
sealed class UpdateFiller(string modelId, string id)
{
    string _modelId = modelId;
    string _responseId = id;
    string _messageId = id;
    bool _isFinished;

    public void Fill(ChatResponseUpdate update)
    {
        update.Role ??= ChatRole.Assistant;
        update.ModelId = _modelId = update.ModelId ?? _modelId;
        update.ResponseId = _responseId = update.ResponseId ?? _responseId;
        update.MessageId = _messageId = update.MessageId ?? _messageId;
        _isFinished |= update.FinishReason is not null;
    }

    /// <summary>Makes the update that ends the answer of a completed turn.</summary>
    public ChatResponseUpdate Last(TurnResult result) => new()
    {
        Role = ChatRole.Assistant,
        ModelId = _modelId,
        ResponseId = _responseId,
        MessageId = _messageId,
        FinishReason = _isFinished ? null : ChatFinishReason.Stop,
        RawRepresentation = result,
    };
}
