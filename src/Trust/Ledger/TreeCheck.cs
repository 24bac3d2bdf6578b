namespace Sandbox.Trust;

/// <summary>Rebuilds a tree leaf by leaf and holds it against every head that is known for it.</summary>
internal sealed class TreeCheck
{
    private readonly LedgerHead _head;
    private readonly SortedDictionary<long, LedgerHead> _known = [];
    private readonly Queue<long> _ahead;
    private readonly byte[] _time = new byte[EntryForm.TimeLength];
    private Frontier _frontier;
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

        _ahead = new Queue<long>(_known.Keys);
        Compare();
    }

    public long Size => _frontier.Size;

    /// <summary>Null as long as nothing is wrong.</summary>
    public LedgerReport.Broken? Fault => _fault;

    public byte[] Frontier => _frontier.ToBytes();

    /// <summary>Begins behind entries that are not at hand, with the subtrees that stand for them; a head known for that size is held against them.</summary>
    /// <returns>False where no head of that size is known or it does not fit: nothing would vouch for what came before.</returns>
    public bool BeginAt(Frontier before)
    {
        while (_ahead.TryPeek(out var next) && next < before.Size)
        {
            _ahead.Dequeue();
        }

        var vouched = _ahead.TryPeek(out var size) && size == before.Size;
        _frontier = before;
        Compare();
        return vouched && _fault is null;
    }

    /// <summary>Takes the next entry: it must name its place and not be earlier than the one before.</summary>
    /// <param name="entry">The entry's bytes.</param>
    /// <param name="leaf">The leaf hash of the same bytes.</param>
    /// <param name="completed">As of <see cref="Sandbox.Trust.Frontier.Append"/>.</param>
    public void Add(ReadOnlySpan<byte> entry, byte[] leaf, Action<int, long, byte[]>? completed = null)
    {
        var index = Size;
        if (!EntryForm.Tail(entry, index, out var time))
        {
            Fail(index, LedgerFault.EntryMoved, $"What stands at {index} is not the entry of that place.", $"第 {index} 条处的内容不属于该位置。");
        }
        else if (time.SequenceCompareTo(_time) < 0)
        {
            Fail(index, LedgerFault.BackDated, $"Entry {index} bears an earlier time than the one before it.", $"第 {index} 条的时间早于前一条。");
        }
        else
        {
            time.CopyTo(_time);
            _frontier.Append(leaf, completed);
            Compare();
        }
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
        if (!_ahead.TryPeek(out var next) || next != Size)
        {
            return;
        }

        _ahead.Dequeue();
        if (_known[next].Root.AsSpan().SequenceEqual(_frontier.Root()))
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
