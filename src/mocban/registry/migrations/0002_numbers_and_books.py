import django.contrib.postgres.fields
import django.db.models.deletion
import mocban.lib.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('content', '0001_initial'),
        ('people', '0003_folded_name'),
        ('records', '0002_former_values'),
        ('registry', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Envelope',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('arrived_on', models.DateField(verbose_name='Ngày đến')),
                ('sender', models.CharField(max_length=200, verbose_name='Nơi gửi ghi trên bì')),
                ('marks', models.CharField(blank=True, max_length=100, verbose_name='Số, ký hiệu ghi trên bì')),
                ('addressee', models.CharField(max_length=200, verbose_name='Người nhận ghi trên bì')),
                ('state', models.CharField(choices=[('waiting', 'Chờ chuyển'), ('handed', 'Đã chuyển nguyên bì'), ('returned', 'Trả lại để đăng ký'), ('registered', 'Đã đăng ký')], default='waiting', max_length=10)),
                ('handed_on', models.DateField(blank=True, null=True, verbose_name='Ngày chuyển')),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('returned_on', models.DateField(blank=True, null=True, verbose_name='Ngày trả lại để đăng ký')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Ghi chú')),
                ('version', models.PositiveIntegerField(default=1)),
                ('created_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-created_at'],
            },
        ),
        migrations.CreateModel(
            name='HandOver',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ordinal', models.PositiveIntegerField(help_text='Line of the book, from 1')),
                ('receiver', models.CharField(max_length=210, verbose_name='Đơn vị, người nhận')),
                ('amount', models.PositiveIntegerField(default=1, verbose_name='Số lượng')),
                ('handed_on', models.DateField(verbose_name='Ngày chuyển')),
                ('handed_by', models.CharField(max_length=210)),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('received_by', models.CharField(blank=True, max_length=210, verbose_name='Ký nhận')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Ghi chú')),
            ],
            options={
                'ordering': ['book', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='Issuer',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('own', 'Chính cơ quan'), ('served', 'Cấp ủy, cơ quan được phục vụ'), ('advisory', 'Hội đồng, ban, tổ dùng con dấu của cơ quan'), ('congress', 'Đại hội')], max_length=10, verbose_name='Tư cách ban hành')),
                ('name', models.CharField(max_length=200, verbose_name='Tên cơ quan ban hành')),
                ('symbol', models.CharField(max_length=20, verbose_name='Chữ viết tắt trong ký hiệu')),
                ('code', models.CharField(blank=True, max_length=35, verbose_name='Mã định danh điện tử')),
                ('closed_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['kind', 'symbol'],
            },
        ),
        migrations.CreateModel(
            name='JointBody',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ordinal', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=200, verbose_name='Cơ quan cùng ban hành')),
                ('symbol', models.CharField(max_length=20, verbose_name='Chữ viết tắt trong ký hiệu')),
                ('signer', models.CharField(blank=True, max_length=100, verbose_name='Người ký')),
            ],
            options={
                'ordering': ['ordinal'],
            },
        ),
        migrations.CreateModel(
            name='KeptCopyUse',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ordinal', models.PositiveIntegerField(help_text='Line of the book, from 1')),
                ('user', models.CharField(max_length=210, verbose_name='Người sử dụng')),
                ('file_symbol', models.CharField(blank=True, max_length=50, verbose_name='Số, ký hiệu hồ sơ')),
                ('used_on', models.DateField(verbose_name='Ngày tháng')),
                ('permitted_by', models.CharField(max_length=210, verbose_name='Người cho phép')),
                ('received_at', models.DateTimeField(blank=True, null=True)),
                ('returned_on', models.DateField(blank=True, null=True, verbose_name='Ngày trả')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Ghi chú')),
            ],
            options={
                'ordering': ['book', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='PostItem',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('ordinal', models.PositiveIntegerField(help_text='Line of the book, from 1')),
                ('printed_code', models.CharField(max_length=100, verbose_name='Số, ký hiệu')),
                ('recipient', models.CharField(max_length=200, verbose_name='Nơi nhận')),
                ('envelopes', models.PositiveIntegerField(default=1, verbose_name='Số lượng bì')),
                ('sent_on', models.DateField(verbose_name='Ngày chuyển')),
                ('receipt', models.CharField(blank=True, max_length=100, verbose_name='Ký nhận, mã bưu gửi')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='Ghi chú')),
            ],
            options={
                'ordering': ['book', 'ordinal'],
            },
        ),
        migrations.CreateModel(
            name='PrintedVolume',
            fields=[
                ('id', models.UUIDField(default=mocban.lib.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('sha256', models.CharField(max_length=64)),
                ('first_number', models.PositiveIntegerField(null=True)),
                ('last_number', models.PositiveIntegerField(null=True)),
                ('entries', models.PositiveIntegerField(verbose_name='Số dòng')),
                ('printed_on', models.DateField(verbose_name='Ngày in')),
                ('printed_at', models.DateTimeField()),
                ('printed_by', models.CharField(max_length=210)),
            ],
            options={
                'ordering': ['printed_at'],
            },
        ),
        migrations.AlterModelOptions(
            name='number',
            options={'ordering': ['value', 'mark']},
        ),
        migrations.RemoveConstraint(
            model_name='book',
            name='book_once',
        ),
        migrations.RemoveConstraint(
            model_name='number',
            name='number_once',
        ),
        migrations.AddField(
            model_name='book',
            name='closed_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.RenameField(
            model_name='book',
            old_name='direction',
            new_name='kind',
        ),
        migrations.AlterField(
            model_name='book',
            name='kind',
            field=models.CharField(choices=[('incoming', 'Sổ đăng ký văn bản đến'), ('outgoing', 'Sổ đăng ký văn bản đi'), ('copies', 'Sổ đăng ký bản sao'), ('handover', 'Sổ chuyển giao văn bản'), ('post', 'Sổ gửi văn bản đi bưu điện'), ('kept_copies', 'Sổ sử dụng bản lưu')], max_length=12, verbose_name='Loại sổ'),
        ),
        migrations.AddField(
            model_name='book',
            name='opened_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='book',
            name='summary',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='number',
            name='expires_on',
            field=models.DateField(blank=True, help_text='The last day of a reservation', null=True),
        ),
        migrations.AddField(
            model_name='number',
            name='mark',
            field=models.CharField(blank=True, max_length=5),
        ),
        migrations.AddField(
            model_name='number',
            name='true_date',
            field=models.DateField(blank=True, help_text='Late entry: the day on the document itself', null=True),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='copies_amount',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='Số lượng bản'),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='origin',
            field=models.CharField(choices=[('drafted', 'Soạn trên hệ thống'), ('late', 'Đăng ký muộn'), ('imported', 'Nhập từ sổ cũ')], default='drafted', max_length=10),
        ),
        migrations.AddField(
            model_name='recipient',
            name='email',
            field=models.EmailField(blank=True, max_length=254, verbose_name='Thư điện tử'),
        ),
        migrations.AddField(
            model_name='series',
            name='kind_codes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='book',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='books', to='registry.series'),
        ),
        migrations.AlterField(
            model_name='book',
            name='state',
            field=models.CharField(choices=[('open', 'Đang ghi'), ('locked', 'Đã khóa'), ('closed', 'Đã kết thúc')], default='open', max_length=10),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='received_via',
            field=models.CharField(choices=[('paper', 'Giấy'), ('exchange', 'Trục liên thông'), ('upload', 'Tệp điện tử'), ('mail', 'Thư điện tử'), ('former', 'Sổ cũ')], max_length=10, verbose_name='Nhận qua'),
        ),
        migrations.AlterField(
            model_name='incoming',
            name='status',
            field=models.CharField(choices=[('registered', 'Chờ cho ý kiến'), ('instructed', 'Đang giải quyết'), ('resolved', 'Đã giải quyết'), ('former', 'Theo sổ cũ'), ('recalled', 'Bên gửi đã thu hồi')], default='registered', max_length=12),
        ),
        migrations.AlterField(
            model_name='number',
            name='state',
            field=models.CharField(choices=[('used', 'Đã dùng'), ('reserved', 'Giữ trước khi ký'), ('void', 'Bỏ số'), ('elsewhere', 'Dùng ở sổ khác')], default='used', max_length=10),
        ),
        migrations.AlterField(
            model_name='outgoing',
            name='drafter',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.position'),
        ),
        migrations.AlterField(
            model_name='outgoing',
            name='signer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.position'),
        ),
        migrations.AlterField(
            model_name='outgoing',
            name='status',
            field=models.CharField(choices=[('draft', 'Đang soạn'), ('submitted', 'Trình lãnh đạo đơn vị'), ('approved', 'Trình ký'), ('signed', 'Đã ký, chờ cấp số'), ('numbered', 'Đã cấp số, chờ đóng dấu'), ('issued', 'Đã phát hành'), ('cancelled', 'Đã bỏ'), ('recalled', 'Đã thu hồi'), ('replaced', 'Đã được thay thế')], default='draft', max_length=10),
        ),
        migrations.AlterField(
            model_name='outgoing',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit'),
        ),
        migrations.AlterField(
            model_name='series',
            name='direction',
            field=models.CharField(choices=[('incoming', 'Văn bản đến'), ('outgoing', 'Văn bản đi'), ('copies', 'Bản sao')], max_length=10),
        ),
        migrations.AlterField(
            model_name='series',
            name='kind_symbols',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), blank=True, default=list, size=None),
        ),
        migrations.AlterField(
            model_name='series',
            name='period',
            field=models.CharField(choices=[('calendar_year', 'Theo năm'), ('term', 'Theo nhiệm kỳ'), ('congress', 'Theo đại hội')], max_length=15, verbose_name='Chu kỳ đánh số'),
        ),
        migrations.AddConstraint(
            model_name='book',
            constraint=models.UniqueConstraint(fields=('organisation', 'kind', 'name', 'year', 'volume'), name='book_once'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.UniqueConstraint(fields=('period', 'value', 'mark'), name='number_once'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'void'), _negated=True), models.Q(('reason', ''), _negated=True), _connector='OR'), name='number_void_has_reason'),
        ),
        migrations.AddConstraint(
            model_name='number',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'reserved'), _negated=True), ('expires_on__isnull', False), _connector='OR'), name='number_reserved_expires'),
        ),
        migrations.AddField(
            model_name='envelope',
            name='incoming',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='envelope', to='registry.incoming'),
        ),
        migrations.AddField(
            model_name='envelope',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='envelope',
            name='position',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.position'),
        ),
        migrations.AddField(
            model_name='handover',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='registry.book'),
        ),
        migrations.AddField(
            model_name='handover',
            name='envelope',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='registry.envelope'),
        ),
        migrations.AddField(
            model_name='handover',
            name='incoming',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='registry.incoming'),
        ),
        migrations.AddField(
            model_name='handover',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='handover',
            name='outgoing',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='hand_overs', to='registry.outgoing'),
        ),
        migrations.AddField(
            model_name='handover',
            name='position',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.position'),
        ),
        migrations.AddField(
            model_name='handover',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.unit'),
        ),
        migrations.AddField(
            model_name='issuer',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issuers', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='outgoing',
            name='issuer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='registry.issuer'),
        ),
        migrations.AddField(
            model_name='series',
            name='issuer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='series', to='registry.issuer'),
        ),
        migrations.AddField(
            model_name='jointbody',
            name='outgoing',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='joint_bodies', to='registry.outgoing'),
        ),
        migrations.AddField(
            model_name='keptcopyuse',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='kept_copy_uses', to='registry.book'),
        ),
        migrations.AddField(
            model_name='keptcopyuse',
            name='document',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='records.document'),
        ),
        migrations.AddField(
            model_name='keptcopyuse',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='keptcopyuse',
            name='position',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.position'),
        ),
        migrations.AddField(
            model_name='postitem',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='post_items', to='registry.book'),
        ),
        migrations.AddField(
            model_name='postitem',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddField(
            model_name='postitem',
            name='outgoing',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='post_items', to='registry.outgoing'),
        ),
        migrations.AddField(
            model_name='printedvolume',
            name='book',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='printed_volumes', to='registry.book'),
        ),
        migrations.AddField(
            model_name='printedvolume',
            name='object',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='content.digitalobject'),
        ),
        migrations.AddField(
            model_name='printedvolume',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation'),
        ),
        migrations.AddConstraint(
            model_name='handover',
            constraint=models.UniqueConstraint(fields=('book', 'ordinal'), name='hand_over_line_once'),
        ),
        migrations.AddConstraint(
            model_name='issuer',
            constraint=models.UniqueConstraint(fields=('organisation', 'symbol', 'name'), name='issuer_once'),
        ),
        migrations.AddConstraint(
            model_name='jointbody',
            constraint=models.UniqueConstraint(fields=('outgoing', 'ordinal'), name='joint_body_once'),
        ),
        migrations.AddConstraint(
            model_name='keptcopyuse',
            constraint=models.UniqueConstraint(fields=('book', 'ordinal'), name='kept_copy_line_once'),
        ),
        migrations.AddConstraint(
            model_name='postitem',
            constraint=models.UniqueConstraint(fields=('book', 'ordinal'), name='post_item_line_once'),
        ),
    ]
