"""What offices write about: topics with their grounds, reasons, tasks and results, in the usual words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Matter:
    """One topic. `topic` follows "về" or "triển khai"; `tasks` are imperative clauses, `results` whole sentences."""

    topic: str
    unit: str
    grounds: tuple[str, ...]
    reason: str
    tasks: tuple[str, ...]
    results: tuple[str, ...]


GOVERNMENT_LAW = "Luật Tổ chức chính quyền địa phương ngày 19 tháng 6 năm 2015"

MATTERS = (
    Matter(
        "công tác văn thư, lưu trữ",
        "VP",
        (
            "Luật Lưu trữ ngày 11 tháng 11 năm 2011",
            "Nghị định số 30/2020/NĐ-CP ngày 05 tháng 3 năm 2020 của Chính phủ về công tác văn thư",
        ),
        "Qua kiểm tra thực tế, việc lập hồ sơ công việc và giao nộp tài liệu vào lưu trữ cơ quan tại một số đơn vị chưa kịp thời,"
        " tài liệu tồn đọng còn nhiều, điều kiện bảo quản chưa bảo đảm.",
        (
            "rà soát, thống kê toàn bộ tài liệu tồn đọng chưa được phân loại, chỉnh lý tại cơ quan, đơn vị",
            "lập hồ sơ công việc ngay từ khi vụ việc phát sinh và nộp vào lưu trữ cơ quan đúng thời hạn quy định",
            "bố trí kho lưu trữ bảo đảm thông thoáng, có giá kệ, thiết bị phòng cháy, chữa cháy và chống mối mọt",
            "cử công chức, viên chức làm công tác văn thư tham gia đầy đủ các lớp tập huấn nghiệp vụ",
            "số hóa hồ sơ, tài liệu có thời hạn bảo quản vĩnh viễn theo lộ trình đã được phê duyệt",
            "quản lý con dấu, thiết bị lưu khóa bí mật theo đúng quy định của pháp luật",
        ),
        (
            "Đã chỉnh lý hoàn chỉnh 42 mét giá tài liệu giai đoạn 2011 - 2020, lập 1.236 hồ sơ.",
            "Tỷ lệ văn bản đi được ký số và phát hành trên môi trường mạng đạt 96,5%.",
            "Tổ chức 02 lớp tập huấn nghiệp vụ văn thư, lưu trữ cho 118 lượt công chức, viên chức.",
            "Một số đơn vị chưa ban hành danh mục hồ sơ đầu năm, kho lưu trữ còn chật hẹp.",
        ),
    ),
    Matter(
        "công tác phòng, chống thiên tai và tìm kiếm cứu nạn",
        "KT",
        (
            "Luật Phòng, chống thiên tai ngày 19 tháng 6 năm 2013",
            "Nghị định số 66/2021/NĐ-CP ngày 06 tháng 7 năm 2021 của Chính phủ quy định chi tiết một số điều của Luật Phòng,"
            " chống thiên tai",
        ),
        "Theo dự báo, tình hình mưa bão, ngập lụt năm nay diễn biến phức tạp, nguy cơ sạt lở bờ sông, lũ quét tại các khu vực"
        " xung yếu là rất cao.",
        (
            "kiểm tra, rà soát hệ thống đê điều, hồ đập, kênh mương; khắc phục ngay những vị trí hư hỏng, xuống cấp",
            "xây dựng phương án sơ tán dân cư tại các vùng trũng thấp, ven sông, khu vực có nguy cơ sạt lở",
            "chuẩn bị đầy đủ vật tư, phương tiện, lương thực theo phương châm “bốn tại chỗ”",
            "tổ chức trực ban 24/24 giờ khi có bão, lũ; thực hiện nghiêm chế độ thông tin, báo cáo",
            "tuyên truyền để người dân chủ động chằng chống nhà cửa, bảo vệ tài sản và thu hoạch sớm hoa màu",
            "huy động lực lượng dân quân, thanh niên xung kích sẵn sàng tham gia cứu hộ, cứu nạn",
        ),
        (
            "Đã nạo vét 12,4 km kênh mương nội đồng, gia cố 850 m bờ bao xung yếu.",
            "Diễn tập phương án sơ tán tại 03 thôn với 240 hộ dân tham gia.",
            "Thiệt hại do thiên tai gây ra ước tính 1,85 tỷ đồng, giảm 32% so với cùng kỳ.",
            "Kinh phí duy tu công trình thủy lợi còn hạn chế so với nhu cầu.",
        ),
    ),
    Matter(
        "cải cách hành chính",
        "NC",
        (
            "Nghị quyết số 76/NQ-CP ngày 15 tháng 7 năm 2021 của Chính phủ ban hành Chương trình tổng thể cải cách hành chính"
            " nhà nước giai đoạn 2021 - 2030",
        ),
        "Chỉ số cải cách hành chính năm trước của địa phương tuy có tăng nhưng chưa bền vững, tỷ lệ hồ sơ trực tuyến còn thấp.",
        (
            "rà soát, đơn giản hóa thủ tục hành chính, cắt giảm thời gian giải quyết ít nhất 20% so với quy định",
            "niêm yết công khai, kịp thời thủ tục hành chính tại Bộ phận Tiếp nhận và Trả kết quả",
            "nâng cao tỷ lệ tiếp nhận hồ sơ trực tuyến, phấn đấu đạt từ 80% trở lên",
            "thực hiện nghiêm việc xin lỗi người dân, doanh nghiệp khi giải quyết hồ sơ trễ hẹn",
            "tăng cường kiểm tra kỷ luật, kỷ cương hành chính và đạo đức công vụ",
            "số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực để tái sử dụng dữ liệu",
        ),
        (
            "Tiếp nhận 4.318 hồ sơ, đã giải quyết đúng hạn và trước hạn 4.275 hồ sơ, đạt 99,0%.",
            "Tỷ lệ hồ sơ nộp trực tuyến đạt 78,6%, tăng 15,2 điểm phần trăm so với năm trước.",
            "Mức độ hài lòng của người dân, tổ chức đạt 95,4%.",
            "Việc cập nhật hồ sơ lên hệ thống một cửa điện tử có lúc chưa kịp thời.",
        ),
    ),
    Matter(
        "chương trình xây dựng nông thôn mới",
        "KT",
        (
            "Quyết định số 263/QĐ-TTg ngày 22 tháng 02 năm 2022 của Thủ tướng Chính phủ phê duyệt Chương trình mục tiêu quốc gia"
            " xây dựng nông thôn mới giai đoạn 2021 - 2025",
        ),
        "Đến nay địa phương đã đạt 17/19 tiêu chí, các tiêu chí về thu nhập và môi trường cần được tập trung thực hiện.",
        (
            "tập trung nguồn lực hoàn thành tiêu chí giao thông, cứng hóa các tuyến đường trục thôn, ngõ xóm",
            "vận động nhân dân hiến đất, đóng góp ngày công và tài sản trên đất để mở rộng đường",
            "phát triển các mô hình sản xuất gắn với tiêu thụ sản phẩm, mỗi xã một sản phẩm",
            "chỉnh trang khuôn viên hộ gia đình, trồng hoa, cây xanh và lắp đặt điện chiếu sáng",
            "huy động, quản lý và sử dụng nguồn vốn đúng mục đích, công khai, minh bạch",
            "hoàn thiện hồ sơ, tài liệu minh chứng các tiêu chí để đề nghị thẩm tra, công nhận",
        ),
        (
            "Đã bê tông hóa 3,2 km đường ngõ xóm, tổng kinh phí 2.460 triệu đồng, trong đó nhân dân đóng góp 38%.",
            "Thu nhập bình quân đầu người đạt 54,7 triệu đồng/năm; tỷ lệ hộ nghèo giảm còn 1,8%.",
            "Có 02 sản phẩm được công nhận OCOP hạng 3 sao.",
            "Tiến độ giải ngân vốn đối ứng còn chậm do nguồn thu từ đấu giá đất đạt thấp.",
        ),
    ),
    Matter(
        "công tác bảo đảm an toàn thực phẩm",
        "VX",
        (
            "Luật An toàn thực phẩm ngày 17 tháng 6 năm 2010",
            "Nghị định số 15/2018/NĐ-CP ngày 02 tháng 02 năm 2018 của Chính phủ quy định chi tiết thi hành một số điều của Luật"
            " An toàn thực phẩm",
        ),
        "Thời gian gần đây, trên địa bàn xảy ra một số vụ ngộ độc thực phẩm tại bếp ăn tập thể, ảnh hưởng đến sức khỏe nhân dân.",
        (
            "kiểm tra điều kiện vệ sinh tại các bếp ăn tập thể, cơ sở kinh doanh dịch vụ ăn uống, thức ăn đường phố",
            "lấy mẫu kiểm nghiệm nhóm thực phẩm có nguy cơ cao, công bố kết quả theo quy định",
            "hướng dẫn các cơ sở ký cam kết và thực hiện đầy đủ quy trình lưu mẫu thức ăn",
            "xử lý nghiêm các trường hợp vi phạm, đình chỉ hoạt động đối với cơ sở không bảo đảm điều kiện",
            "tuyên truyền kiến thức về lựa chọn, chế biến và bảo quản thực phẩm an toàn",
            "tổ chức tập huấn, xác nhận kiến thức cho người trực tiếp sản xuất, kinh doanh",
        ),
        (
            "Đã kiểm tra 186 cơ sở, nhắc nhở 24 cơ sở, xử phạt 05 cơ sở với số tiền 27,5 triệu đồng.",
            "Xét nghiệm nhanh 312 mẫu thực phẩm, tỷ lệ đạt 94,8%.",
            "Không để xảy ra vụ ngộ độc thực phẩm trên 30 người mắc.",
            "Trang thiết bị xét nghiệm nhanh còn thiếu, nhân lực kiêm nhiệm.",
        ),
    ),
    Matter(
        "công tác phòng cháy, chữa cháy và cứu nạn, cứu hộ",
        "NC",
        (
            "Luật Phòng cháy và chữa cháy ngày 29 tháng 6 năm 2001; Luật sửa đổi, bổ sung một số điều của Luật Phòng cháy và chữa"
            " cháy ngày 22 tháng 11 năm 2013",
        ),
        "Mùa khô kéo dài, nắng nóng gay gắt làm tăng nguy cơ cháy, nổ tại khu dân cư, chợ và các cơ sở sản xuất.",
        (
            "tổ chức ký cam kết bảo đảm an toàn phòng cháy, chữa cháy đến từng hộ gia đình, cơ sở kinh doanh",
            "kiểm tra hệ thống điện, nguồn nước chữa cháy, lối thoát nạn tại chợ, trường học, nhà văn hóa",
            "trang bị bình chữa cháy xách tay, dụng cụ phá dỡ thô sơ; vận động mỗi hộ có ít nhất 01 bình chữa cháy",
            "củng cố lực lượng dân phòng, bảo đảm chế độ và phương tiện hoạt động",
            "tổ chức thực tập phương án chữa cháy và cứu nạn, cứu hộ có nhiều lực lượng tham gia",
            "xử lý nghiêm các hành vi lấn chiếm, cản trở lối đi phục vụ chữa cháy",
        ),
        (
            "Ra mắt 06 tổ liên gia an toàn phòng cháy, chữa cháy, 01 điểm chữa cháy công cộng.",
            "Kiểm tra 74 cơ sở, lập biên bản kiến nghị khắc phục 112 tồn tại, thiếu sót.",
            "Trên địa bàn xảy ra 01 vụ cháy nhỏ, không có thiệt hại về người.",
            "Ý thức của một bộ phận hộ kinh doanh còn chủ quan, lơ là.",
        ),
    ),
    Matter(
        "công tác thu gom, xử lý rác thải sinh hoạt",
        "TNMT",
        (
            "Luật Bảo vệ môi trường ngày 17 tháng 11 năm 2020",
            "Nghị định số 08/2022/NĐ-CP ngày 10 tháng 01 năm 2022 của Chính phủ quy định chi tiết một số điều của Luật Bảo vệ môi"
            " trường",
        ),
        "Khối lượng rác thải sinh hoạt phát sinh ngày càng tăng, trong khi điểm tập kết tạm thời đã quá tải, gây mùi hôi.",
        (
            "hướng dẫn hộ gia đình phân loại chất thải rắn sinh hoạt tại nguồn",
            "bố trí thêm thùng chứa rác tại các điểm công cộng, trục đường chính",
            "hợp đồng với đơn vị có chức năng thu gom, vận chuyển tối thiểu 03 lần/tuần",
            "tổ chức ra quân tổng vệ sinh môi trường vào ngày thứ bảy hằng tuần",
            "xóa bỏ các điểm đổ rác tự phát, trồng hoa và cây xanh thay thế",
            "thu đúng, thu đủ giá dịch vụ vệ sinh môi trường theo quy định",
        ),
        (
            "Khối lượng rác được thu gom, xử lý đạt 6,8 tấn/ngày, bằng 92% lượng phát sinh.",
            "Đã xóa 09 điểm đổ rác tự phát, lắp đặt 45 thùng chứa rác công cộng.",
            "Có 1.420/1.655 hộ thực hiện phân loại rác tại nguồn, đạt 85,8%.",
            "Một số hộ dân vùng ven chưa tham gia đóng phí vệ sinh môi trường.",
        ),
    ),
    Matter(
        "phong trào thi đua yêu nước",
        "TĐKT",
        ("Luật Thi đua, khen thưởng ngày 15 tháng 6 năm 2022",),
        "Phong trào thi đua ở một số đơn vị còn hình thức, việc phát hiện, nhân rộng điển hình tiên tiến chưa thường xuyên.",
        (
            "phát động các phong trào thi đua gắn với nhiệm vụ chính trị được giao",
            "đăng ký giao ước thi đua, chỉ tiêu cụ thể và gửi về cơ quan thường trực",
            "phát hiện, bồi dưỡng, tổng kết và nhân rộng các điển hình tiên tiến",
            "bình xét khen thưởng bảo đảm chính xác, công khai, kịp thời, quan tâm người lao động trực tiếp",
            "đẩy mạnh tuyên truyền gương người tốt, việc tốt trên hệ thống truyền thanh cơ sở",
            "sơ kết, tổng kết phong trào đúng thời gian, tiết kiệm, thiết thực",
        ),
        (
            "Có 38 tập thể và 126 cá nhân được khen thưởng các cấp.",
            "Công nhận 15 sáng kiến có phạm vi ảnh hưởng cấp cơ sở.",
            "Tỷ lệ người lao động trực tiếp được khen thưởng đạt 61%.",
            "Việc chấm điểm thi đua giữa các cụm còn chênh lệch.",
        ),
    ),
    Matter(
        "công tác chuyển đổi số",
        "KGVX",
        (
            "Quyết định số 749/QĐ-TTg ngày 03 tháng 6 năm 2020 của Thủ tướng Chính phủ phê duyệt “Chương trình Chuyển đổi số quốc"
            " gia đến năm 2025, định hướng đến năm 2030”",
        ),
        "Hạ tầng kỹ thuật còn thiếu đồng bộ, kỹ năng số của người dân và một bộ phận công chức còn hạn chế.",
        (
            "củng cố hoạt động Tổ công nghệ số cộng đồng tại các thôn, tổ dân phố",
            "hướng dẫn người dân cài đặt, sử dụng định danh điện tử và dịch vụ công trực tuyến",
            "thực hiện ký số, gửi nhận văn bản điện tử thông suốt giữa các cấp chính quyền",
            "bảo đảm an toàn thông tin mạng, sao lưu dữ liệu định kỳ",
            "khuyến khích thanh toán không dùng tiền mặt trong thu phí, lệ phí và dịch vụ thiết yếu",
            "rà soát, thay thế máy tính không đáp ứng yêu cầu công việc",
        ),
        (
            "100% văn bản không mật được gửi, nhận qua môi trường mạng.",
            "Kích hoạt 5.872 tài khoản định danh điện tử mức 2, đạt 89% dân số trong độ tuổi.",
            "Thành lập 08 Tổ công nghệ số cộng đồng với 64 thành viên.",
            "Đường truyền tại một số thôn vùng xa chưa ổn định.",
        ),
    ),
    Matter(
        "công tác quản lý đất đai, trật tự xây dựng",
        "ĐĐ",
        (
            "Luật Đất đai ngày 29 tháng 11 năm 2013",
            "Luật Xây dựng ngày 18 tháng 6 năm 2014",
        ),
        "Tình trạng lấn chiếm đất công, xây dựng không phép, sai phép vẫn còn xảy ra ở một số khu vực giáp ranh.",
        (
            "rà soát, thống kê các trường hợp lấn chiếm, sử dụng đất sai mục đích trên địa bàn",
            "kiểm tra, phát hiện và ngăn chặn kịp thời vi phạm ngay từ khi mới phát sinh",
            "công khai quy hoạch, kế hoạch sử dụng đất để nhân dân biết, thực hiện và giám sát",
            "đẩy nhanh tiến độ cấp giấy chứng nhận quyền sử dụng đất lần đầu",
            "giải quyết dứt điểm đơn thư khiếu nại, tranh chấp đất đai thuộc thẩm quyền",
            "chịu trách nhiệm trước cấp trên nếu để xảy ra vi phạm mà không xử lý",
        ),
        (
            "Đã cấp 214 giấy chứng nhận quyền sử dụng đất, diện tích 18,6 ha.",
            "Phát hiện, lập biên bản 19 trường hợp vi phạm, khôi phục hiện trạng 14 trường hợp.",
            "Hòa giải thành 11/13 vụ tranh chấp đất đai.",
            "Hồ sơ địa chính một số thửa đất chưa được chỉnh lý biến động kịp thời.",
        ),
    ),
)
