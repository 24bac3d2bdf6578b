namespace Sandbox.Trust;

/// <summary>Rebuilds a tree leaf by leaf and holds it against every head that is known for it.</summary>
internal sealed class TreeCheck
{
    private readonly Frontier _frontier;
    private readonly LedgerHead _head;
    private readonly SortedDictionary<long, LedgerHead> _known = [];
    private long _lastGood;
    private LedgerReport.Broken? _fault;

    public TreeCheck(TreeHasher hasher, LedgerHead head, IEnumerable<LedgerHead> checkpoints)
    {
        _frontier = new Frontier(hasher);
        _head = head;
        _known[head.Size] = head;
        foreach (var checkpoint in checkpoints)
        {
            if (checkpoint.Origin != head.Origin)
            {
                Fail(-1, LedgerFault.SplitView, "A checkpoint belongs to a ledger of another name.", "检查点属于另一名称的账本。");
            }
            else if (checkpoint.Size > head.Size)
            {
                Fail(head.Size, LedgerFault.RolledBack, $"A checkpoint saw {checkpoint.Size} entries, the ledger now ends at {head.Size}: it was rolled back.",
                    $"检查点曾记录 {checkpoint.Size} 条，账本现仅有 {head.Size} 条：账本被回退。");
            }
            else if (_known.TryGetValue(checkpoint.Size, out var other) && !other.Root.AsSpan().SequenceEqual(checkpoint.Root))
            {
                Fail(-1, LedgerFault.SplitView, $"Two signed heads of size {checkpoint.Size} differ: two histories were shown.", $"大小为 {checkpoint.Size} 的两个签名头不同：曾展示两套历史。");
            }
            else
            {
                _known[checkpoint.Size] = checkpoint;
            }
        }

        Compare();
    }

    public long Size => _frontier.Size;

    /// <summary>Null as long as nothing is wrong.</summary>
    public LedgerReport.Broken? Fault => _fault;

    public byte[] Frontier => _frontier.ToBytes();

    public void Add(byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        _frontier.Append(leaf, completed);
        Compare();
    }

    public void Fail(long index, LedgerFault fault, string words, string wordsZh) => _fault ??= new LedgerReport.Broken(index, fault, words, wordsZh);

    public LedgerReport Finish()
    {
        if (_fault is null && Size < _head.Size)
        {
            Fail(Size, LedgerFault.EntryMissing, $"Entries from {Size} on are missing.", $"自第 {Size} 条起的条目缺失。");
        }
        else if (_fault is null && Size > _head.Size)
        {
            Fail(_head.Size, LedgerFault.EntriesRewritten, $"Entries from {_head.Size} on stand outside the signed head.", $"自第 {_head.Size} 条起的条目不在签名头之内。");
        }

        return _fault ?? (LedgerReport)new LedgerReport.Intact(_head);
    }

    private void Compare()
    {
        if (!_known.TryGetValue(Size, out var known))
        {
            return;
        }

        if (known.Root.AsSpan().SequenceEqual(_frontier.Root()))
        {
            _lastGood = Size;
        }
        else
        {
            Fail(_lastGood, LedgerFault.EntriesRewritten, $"Entries between {_lastGood} and {Size - 1} do not give the signed root: some were changed, moved or replaced.",
                $"第 {_lastGood} 至 {Size - 1} 条不符合已签名的根：有条目被更改、移动或替换。");
        }
    }
}
